using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Prosodia.Fuzz;

/// <summary>
/// Which branches of an instrumented assembly a file took, and how often in powers of two; nothing where it isn't
/// instrumented. Source of the idea: Zalewski, American Fuzzy Lop, technical details, 2016.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16; // of SharpFuzz

    // for as long as the process lives: instrumented code always writes there
    private static readonly byte* Counts = (byte*)NativeMemory.AllocZeroed(Size);

    private readonly byte[] _seen = new byte[Size]; // a bit for each power of two

    /// <summary>Gives instrumented code a place to count in; must come before the first of it runs.</summary>
    public static void Attach() => Trace.SharedMem = Counts;

    /// <summary>Counts from zero.</summary>
    public static void Restart()
    {
        new Span<byte>(Counts, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether a branch was taken, or as often, as never before.</summary>
    public bool FoundNew()
    {
        var found = false;
        var words = new Span<ulong>(Counts, Size / sizeof(ulong));
        for (var w = 0; w < words.Length; w++)
        {
            if (words[w] == 0)
                continue;
            for (var i = w * sizeof(ulong); i < (w + 1) * sizeof(ulong); i++)
            {
                if (Counts[i] == 0)
                    continue;
                var bit = (byte)(1 << BitOperations.Log2(Counts[i]));
                found |= (_seen[i] & bit) == 0;
                _seen[i] |= bit;
            }
        }
        return found;
    }

    /// <summary>Branches that were ever taken.</summary>
    public int Branches => _seen.Count(s => s != 0);
}
