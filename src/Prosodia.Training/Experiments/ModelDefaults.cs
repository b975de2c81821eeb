using Prosodia.Training.Optimization;

namespace Prosodia.Training.Experiments;

/// <summary>How each model is trained where nothing else is asked for.</summary>
internal static class ModelDefaults
{
    /// <summary>The training options that suit a model.</summary>
    public static TrainingOptions TrainingOptions(this Model model) =>
        model switch
        {
            Model.Paper => new(),
            Model.Compact => new()
            {
                MaxBatches = 900,
                LearningRate = 4e-3,
                Dropout = 0.2,
            },
            _ => new() { MaxBatches = 600 }, // more, and networks over descriptors overfit their training speakers
        };
}
