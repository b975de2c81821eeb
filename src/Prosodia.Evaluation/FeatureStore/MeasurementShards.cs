using System.Runtime.InteropServices;
using System.Text;

namespace Prosodia.Evaluation.FeatureStore;

/// <summary>
/// Measurements in files that hold them one after the other; of an open one, only where they lie is in memory.
/// </summary>
internal sealed class MeasurementShards : IShardFormat<Measurement>
{
    public string Extension => ".measurements";

    public byte[] Bytes(IReadOnlyCollection<KeyValuePair<string, Measurement>> entries)
    {
        var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var (recording, measured) in entries)
            {
                writer.Write(recording);
                writer.Write(measured.Seconds);
                writer.Write(measured.Warnings.Count);
                foreach (var warning in measured.Warnings)
                    writer.Write(warning);
                writer.Write(measured.Values.Length);
                foreach (var values in measured.Values)
                    writer.Write(values.Length);
                foreach (var values in measured.Values)
                    writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            }
        }
        return stream.ToArray();
    }

    public IShard<Measurement> Open(string path) => new Shard(path);

    private sealed class Shard : IShard<Measurement>
    {
        // opened for each reading: a large corpus has more shards than a process may hold open
        private readonly string _path;
        private readonly Dictionary<string, (long Place, Measurement Head, int[] Lengths)> _entries = [];

        public Shard(string path)
        {
            _path = path;
            using var file = File.OpenRead(path);
            using var reader = new BinaryReader(file, Encoding.UTF8);
            while (file.Position < file.Length)
            {
                var (recording, seconds) = (reader.ReadString(), reader.ReadDouble());
                string[] warnings = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())];
                int[] lengths = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadInt32())];
                _entries[recording] = (file.Position, new Measurement([], seconds, warnings), lengths);
                file.Position += lengths.Sum(l => (long)l * sizeof(float));
            }
        }

        public IReadOnlyCollection<string> Recordings => _entries.Keys;

        public Measurement Get(string recording)
        {
            var (place, head, lengths) = _entries[recording];
            using var file = File.OpenRead(_path);
            file.Position = place;
            float[][] values = [.. lengths.Select(l => new float[l])];
            foreach (var array in values)
                file.ReadExactly(MemoryMarshal.AsBytes(array.AsSpan()));
            return head with { Values = values };
        }

        public void Dispose()
        {
            // holds nothing open
        }
    }
}
