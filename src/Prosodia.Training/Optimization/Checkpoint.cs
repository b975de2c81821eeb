using System.Diagnostics;
using System.Security.Cryptography;
using Prosodia.Evaluation.Runs;
using static TorchSharp.torch;

namespace Prosodia.Training.Optimization;

/// <summary>How far training has come, beside the tensors.</summary>
/// <param name="Loss">The loss curve so far, one point an epoch.</param>
/// <param name="BestEpoch">The epoch of the lowest validation loss; 0 before the first.</param>
/// <param name="Best">The network's weights after it.</param>
/// <param name="Steps">Batches so far.</param>
/// <param name="Order">The utterances as they were shuffled last.</param>
/// <param name="Draws">Random numbers drawn so far.</param>
internal sealed record TrainingState(LossPoint[] Loss, int BestEpoch, byte[] Best, int Steps, int[] Order, long Draws);

/// <summary>
/// A file that training is kept in after an epoch, so that an interrupted one goes on as if it had not been. What the
/// file belongs to is its folder's matter.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="dropout">What the network draws from while it trains.</param>
/// <param name="between">Time that passes at least before the next epoch is kept; null is two seconds, so that short
/// epochs cost nothing.</param>
internal sealed class Checkpoint(string file, Generator dropout, TimeSpan? between = null)
{
    private readonly TimeSpan _between = between ?? TimeSpan.FromSeconds(2);
    private long _kept = Stopwatch.GetTimestamp();

    /// <summary>Keeps an epoch.</summary>
    internal void Keep(TrainingState state, IReadOnlyList<Tensor> tensors)
    {
        if (Stopwatch.GetElapsedTime(_kept) < _between)
            return;
        AtomicFile.Write(
            file,
            stream =>
            {
                using var hash = SHA256.Create();
                using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
                    Write(hashed, state, tensors);
                stream.Write(hash.Hash);
            }
        );
        _kept = Stopwatch.GetTimestamp();
    }

    private void Write(Stream stream, TrainingState state, IReadOnlyList<Tensor> tensors)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(state.Loss.Length);
        foreach (var point in state.Loss)
        {
            writer.Write(point.Epoch);
            writer.Write(point.Train);
            writer.Write(point.Validation.HasValue);
            writer.Write(point.Validation ?? 0);
        }
        writer.Write(state.BestEpoch);
        writer.Write(state.Best.Length);
        writer.Write(state.Best);
        writer.Write(state.Steps);
        foreach (var utterance in state.Order)
            writer.Write(utterance);
        writer.Write(state.Draws);
        foreach (var tensor in tensors)
            writer.Write(tensor.bytes);
        using var random = dropout.get_state();
        writer.Write(random.bytes);
    }

    /// <summary>
    /// The epoch that was kept last, with its tensors in place; null where none was, or where the disk lost part of it.
    /// </summary>
    internal TrainingState? Read(IReadOnlyList<Tensor> tensors, int utterances)
    {
        if (!File.Exists(file))
            return null;
        var bytes = File.ReadAllBytes(file);
        if (
            bytes.Length < SHA256.HashSizeInBytes
            || !SHA256
                .HashData(bytes.AsSpan(..^SHA256.HashSizeInBytes))
                .AsSpan()
                .SequenceEqual(bytes.AsSpan(^SHA256.HashSizeInBytes..))
        )
            return null;
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var loss = new LossPoint[reader.ReadInt32()];
        for (var i = 0; i < loss.Length; i++)
        {
            var (epoch, train, validated, validation) = (
                reader.ReadInt32(),
                reader.ReadDouble(),
                reader.ReadBoolean(),
                reader.ReadDouble()
            );
            loss[i] = new LossPoint(epoch, train, validated ? validation : null);
        }
        var bestEpoch = reader.ReadInt32();
        var best = reader.ReadBytes(reader.ReadInt32());
        var steps = reader.ReadInt32();
        int[] order = [.. Enumerable.Range(0, utterances).Select(_ => reader.ReadInt32())];
        var draws = reader.ReadInt64();
        foreach (var tensor in tensors)
            reader.BaseStream.ReadExactly(tensor.bytes);
        using var random = dropout.get_state();
        reader.BaseStream.ReadExactly(random.bytes);
        dropout.set_state(random);
        return new TrainingState(loss, bestEpoch, best, steps, order, draws);
    }
}
