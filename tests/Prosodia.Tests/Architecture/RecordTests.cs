using System.Reflection;
using System.Runtime.CompilerServices;
using Prosodia.Cli.Predict;
using Prosodia.Evaluation.Corpora;
using Prosodia.Training.Experiments;
using Xunit;

namespace Prosodia.Tests.Architecture;

/// <summary>Copies of records have figures of their own.</summary>
public sealed class RecordTests
{
    [Fact]
    public void No_record_keeps_what_with_would_have_to_compute_again()
    {
        var assemblies = new[]
        {
            typeof(Utterance),
            typeof(Experiment),
            typeof(Prosodia.Server.ServerOptions),
            typeof(ShardNote),
        }.Select(t => t.Assembly);
        var kept =
            from type in assemblies.SelectMany(a => a.GetTypes())
            where type.GetMethod("<Clone>$") is not null
            from property in type.GetProperties(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
            )
            where
                property.SetMethod is null
                && type.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)
                    is { } field
                && field.IsDefined(typeof(CompilerGeneratedAttribute))
            select $"{type.Name}.{property.Name}";
        Assert.Empty(kept);
    }
}
