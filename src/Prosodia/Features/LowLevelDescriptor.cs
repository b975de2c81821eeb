namespace Prosodia.Features;

/// <summary>A descriptor of speech over time, a value every 10 ms.</summary>
/// <param name="Name">What it is called in feature names.</param>
/// <param name="Unit">Its unit; empty for a pure number.</param>
/// <param name="Source">Where its definition is from.</param>
/// <param name="Values">A value a frame; not a number where it isn't defined, such as the pitch of an unvoiced
/// frame.</param>
public sealed record LowLevelDescriptor(string Name, string Unit, string Source, float[] Values)
{
    /// <summary>Whether it is defined for voiced frames only.</summary>
    public bool VoicedOnly { get; init; }

    /// <summary>Values that are defined nowhere yet.</summary>
    internal static float[] Undefined(int frames)
    {
        var values = new float[frames];
        Array.Fill(values, float.NaN);
        return values;
    }
}
