using Prosodia.Evaluation.FeatureStore;
using Prosodia.KeySegments;
using Xunit;

namespace Prosodia.Tests.FeatureStore;

public sealed class FeatureCacheTests : IDisposable
{
    private const int Features = 3;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_was_added_is_there_before_and_after_it_was_written()
    {
        var (a, b) = (Some(1, 2), Some(2, 1));
        using (var cache = Open())
        {
            cache.Add("a", a);
            cache.Add("b", b);
            Same(a, cache.Get("a"));
            cache.Flush();
            Same(a, cache.Get("a"));
        }
        using var again = Open();
        Same(a, again.Get("a"));
        Same(b, again.Get("b"));
        Assert.False(again.Contains("c"));
        Assert.Throws<KeyNotFoundException>(() => again.Get("c"));
    }

    [Fact]
    public void Features_of_other_settings_are_kept_apart()
    {
        using (var cache = Open())
            Keep(cache, "a");
        using var other = new FeatureCache<KeyFeatures>(
            _folder.Path,
            "other settings",
            new FeatureShardFormat(Features)
        );
        Assert.False(other.Contains("a"));
    }

    [Fact]
    public void Two_processes_see_what_the_other_has_written()
    {
        using FeatureCache<KeyFeatures> one = Open(),
            other = Open();
        Keep(one, "a");
        Assert.False(other.Contains("a"));
        Keep(other, "b");
        Assert.True(other.Contains("a"));
        Keep(one, "a"); // both may compute the same
    }

    [Fact]
    public void A_damaged_shard_is_dropped_and_nothing_else()
    {
        using (var cache = Open())
        {
            Keep(cache, "a");
            Keep(cache, "b");
        }
        var shards = Directory.GetFiles(_folder.Path, "*.arrows", SearchOption.AllDirectories);
        using (var file = File.OpenWrite(shards[0]))
        {
            file.Position = file.Length / 2;
            file.WriteByte(0xff);
        }
        using var again = Open();
        Assert.NotEqual(again.Contains("a"), again.Contains("b"));
        Assert.Equal(shards[1..], Directory.GetFiles(_folder.Path, "*.arrows", SearchOption.AllDirectories));
    }

    [Fact]
    public void Many_recordings_are_written_as_they_come()
    {
        using var cache = Open();
        Parallel.For(0, 100, i => cache.Add($"{i}", Some(i, 1 + i % 4)));
        using var other = Open();
        Assert.Equal(96, Enumerable.Range(0, 100).Count(i => other.Contains($"{i}")));
        for (var i = 0; i < 100; i++)
            Same(Some(i, 1 + i % 4), cache.Get($"{i}"));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error_that_says_what_to_do()
    {
        File.WriteAllText(_folder["file"], "");
        Assert.Contains(
            "--no-cache",
            Assert
                .Throws<InputException>(() =>
                    new FeatureCache<KeyFeatures>(
                        _folder["file"],
                        "x",
                        new FeatureShardFormat(Features),
                        "use --no-cache"
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    private FeatureCache<KeyFeatures> Open() => new(_folder.Path, "settings", new FeatureShardFormat(Features));

    private static void Keep(FeatureCache<KeyFeatures> cache, string recording)
    {
        cache.Add(recording, Some(recording[0], 2));
        cache.Flush();
    }

    private static KeyFeatures Some(int seed, int keys)
    {
        var random = new Random(seed);
        return new KeyFeatures(
            [.. Enumerable.Range(0, keys).Select(i => new KeySegment(2 * i, i, 3, random.NextDouble()))],
            Enumerable.Range(0, keys * Features).Select(_ => random.NextSingle()).ToArray()
        );
    }

    private static void Same(KeyFeatures expected, KeyFeatures actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.Equal(expected.Values.ToArray(), actual.Values.ToArray());
    }
}
