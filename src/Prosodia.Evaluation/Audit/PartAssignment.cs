namespace Prosodia.Evaluation.Audit;

/// <summary>
/// Gives units, such as speakers, to parts by local search: so that most recordings stay where they were, few are left
/// out, and each part has its share of each class.
/// </summary>
/// <param name="parts">How many parts.</param>
/// <param name="classes">How many classes.</param>
/// <param name="old">The part of each recording until now.</param>
/// <param name="kinds">The class of each recording.</param>
internal sealed class PartAssignment(int parts, int classes, int[] old, int[] kinds)
{
    private const int Starts = 20,
        MostSwapped = 400; // units; of more, only single ones move
    private const double Likeness = 3; // how much shares of parts and classes count beside recordings that move
    private const double Empty = 1000; // cost of a part without a recording

    /// <summary>Finds the parts of units.</summary>
    /// <param name="units">The unit of each recording.</param>
    /// <param name="counts">Whether a recording, by its number, is in a part where its unit is given to that.</param>
    /// <param name="seed">Where the search begins.</param>
    /// <param name="tooFew">Thrown where there are fewer units than parts.</param>
    /// <returns>The part of each unit.</returns>
    public int[] Solve(int[] units, Func<int, int, bool> counts, int seed, InputException tooFew)
    {
        var size = units.Max() + 1;
        if (size < parts)
            throw tooFew;
        var (wanted, held, kept) = (new double[parts, classes], new int[size, parts, classes], new int[size, parts]);
        for (var r = 0; r < old.Length; r++)
        {
            wanted[old[r], kinds[r]] += 1.0 / old.Length;
            for (var p = 0; p < parts; p++)
                if (counts(r, p))
                {
                    held[units[r], p, kinds[r]]++;
                    kept[units[r], p] += old[r] == p ? 1 : 0;
                }
        }
        var (best, least) = (Array.Empty<int>(), Empty);
        for (var start = 0; start < Starts; start++)
        {
            var assignment = Start(new Random(seed + start));
            var cost = Improve(assignment);
            if (cost < least)
                (best, least) = (assignment, cost);
        }
        return least < Empty ? best : throw tooFew;

        int[] Start(Random random)
        {
            var order = Enumerable.Range(0, size).ToArray();
            random.Shuffle(order);
            var assignment = new int[size];
            foreach (var (i, unit) in order.Index())
                assignment[unit] = i < parts ? i : Enumerable.Range(0, parts).MaxBy(p => kept[unit, p]);
            return assignment;
        }

        double Improve(int[] assignment)
        {
            var (sums, staying) = (new int[parts, classes], 0);
            for (var u = 0; u < size; u++)
                Put(u, assignment[u], +1);
            var cost = Cost();
            for (var better = true; better; )
            {
                better = false;
                for (var u = 0; u < size; u++)
                {
                    for (var p = 0; p < parts; p++)
                        better |= Try((u, p));
                    for (var v = 0; size <= MostSwapped && v < u; v++)
                        better |= Try((u, assignment[v]), (v, assignment[u]));
                }
            }
            return cost;

            bool Try(params ReadOnlySpan<(int Unit, int Part)> moves)
            {
                if (moves[0].Part == assignment[moves[0].Unit])
                    return false;
                foreach (var (unit, part) in moves)
                {
                    Put(unit, assignment[unit], -1);
                    Put(unit, part, +1);
                }
                var now = Cost();
                var better = now < cost - 1e-12;
                foreach (var (unit, part) in moves)
                    if (better)
                        (assignment[unit], cost) = (part, now);
                    else
                    {
                        Put(unit, part, -1);
                        Put(unit, assignment[unit], +1);
                    }
                return better;
            }

            void Put(int unit, int part, int sign)
            {
                staying += sign * kept[unit, part];
                for (var c = 0; c < classes; c++)
                    sums[part, c] += sign * held[unit, part, c];
            }

            double Cost()
            {
                var all = 0;
                foreach (var count in sums)
                    all += count;
                var cost = (old.Length - staying + old.Length - all) / (double)old.Length;
                for (var p = 0; p < parts; p++)
                {
                    var total = 0;
                    for (var c = 0; c < classes; c++)
                    {
                        cost += Likeness * Math.Abs((double)sums[p, c] / Math.Max(1, all) - wanted[p, c]);
                        total += sums[p, c];
                    }
                    if (total == 0)
                        cost += Empty;
                }
                return cost;
            }
        }
    }
}
