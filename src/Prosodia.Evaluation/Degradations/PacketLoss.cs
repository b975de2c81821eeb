using Prosodia.Audio;

namespace Prosodia.Evaluation.Degradations;

/// <summary>
/// Speech over a network that loses packets of 20 ms, in bursts, each replaced by the last one that came, fainter from
/// time to time, as simple receivers do. Source: Gilbert, Capacity of a Burst-noise Channel, 1960, for the bursts.
/// </summary>
internal static class PacketLoss
{
    private const int Packet = 320;
    private const double StaysLost = 0.4; // probability that the next packet is lost, too
    private const float Fade = 0.6f; // from one repetition to the next

    /// <summary>The recording without the packets that are lost.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="share">The share of packets that are lost.</param>
    /// <param name="seed">Of the network.</param>
    public static Recording LosingPackets(this Recording recording, double share, int seed)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var random = new Random(seed);
        var begins = share * (1 - StaysLost) / (1 - share); // so that the share is lost in the long run
        float[] samples = [.. recording.Samples];
        var lost = false;
        for (var at = Packet; at < samples.Length; at += Packet)
        {
            lost = random.NextDouble() < (lost ? StaysLost : begins);
            if (!lost)
                continue;
            for (var t = at; t < Math.Min(at + Packet, samples.Length); t++)
                samples[t] = Fade * samples[t - Packet];
        }
        return recording with { Samples = samples };
    }
}
