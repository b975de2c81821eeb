using System.Diagnostics;
using Prosodia.Audio;
using Prosodia.Audio.Wav;
using Prosodia.Tests.Cli;
using Xunit;

namespace Prosodia.Tests.Audio;

[Trait("Tier", "Slow")]
public sealed class MalformedAudioTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MalformedAudioTests() => MalformedAudio.Write(Directory.CreateDirectory(_folder["bad"]).FullName);

    [Fact]
    public void Each_is_read_or_refused_by_name_in_two_seconds_and_ten_times_its_size()
    {
        var files = Directory.GetFiles(_folder["bad"]);
        Assert.InRange(files.Length, 55, 100);
        foreach (var file in files)
        {
            var (began, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            var error = Record.Exception(() => AudioFile.Read(file));
            var (seconds, bytes) = (
                Stopwatch.GetElapsedTime(began).TotalSeconds,
                GC.GetAllocatedBytesForCurrentThread() - before
            );
            if (error is not null)
                Assert.True(
                    error is InputException && error.Message.StartsWith(file + ": ", StringComparison.Ordinal),
                    $"{file}: {error}"
                );
            Assert.True(
                seconds < 2 && bytes < 50_000_000 + 10 * new FileInfo(file).Length,
                $"{file}: {seconds:0.0} s, {bytes / 1e6:0} MB"
            );
        }
    }

    [Fact]
    public void A_folder_of_them_costs_no_other_file_its_answer()
    {
        WavWriter.Write(_folder["bad/good.wav"], TestData.Sine(200, 16000, 32000));
        var (code, output, errors) = CommandLine.Invoke("predict", _folder["bad"], "--format", "csv");
        Assert.Equal(3, code);
        foreach (var file in Directory.GetFiles(_folder["bad"]))
            Assert.True(
                output.Contains(file, StringComparison.Ordinal)
                    || errors.Contains(file + ": ", StringComparison.Ordinal),
                $"{file} is not mentioned"
            );
        Assert.Contains(_folder["bad/good.wav"], output, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
