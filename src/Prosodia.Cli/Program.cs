using Prosodia.Corpora;
using Prosodia.Evaluation.Protocols;
using Prosodia.KeySegments;
using Prosodia.Training;
var m = Manifest.Read(args[0]);
var t = new TrainingOptions { Seed = 1, Dropout = double.Parse(args[3]), LearningRate = double.Parse(args[4]) };
var last = 0.0;
var (r, c) = Experiment.Run(m, new ExperimentOptions(Enum.Parse<Model>(args[5]), Protocol.Parse(args[1])!, new KeySegmentOptions(), t), args[2], true,
 p => { var f = p.Done / p.Total; if (f < last || f > last + 0.1) { last = f; Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {p.Stage} {f:P0}"); } }, default);
Console.WriteLine($"test WA {r.Pooled.Wa:F3} UA {r.Pooled.Ua:F3} VALIDATION UA {r.Folds.Average(f => Prosodia.Evaluation.Scores.Of(f.Validation, r.Classes).Ua):F3} keys {c.Count} best {string.Join(',', r.Folds.Select(f => f.BestEpoch))} last {string.Join(',', r.Folds.Select(f => f.Loss.Length))}");
