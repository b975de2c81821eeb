using Prosodia.Training.Networks;
using Prosodia.Training.Optimization;

namespace Prosodia.Training.Experiments;

/// <summary>How each model is trained where nothing else is asked for.</summary>
internal static class ModelDefaults
{
    /// <summary>The training options that suit a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fineTuning">How its encoder is trained; null where it is frozen.</param>
    public static TrainingOptions TrainingOptions(this Model model, FineTuning? fineTuning = null) =>
        model switch
        {
            Model.Paper when fineTuning is not null => new()
            {
                Epochs = 20,
                ValidateEvery = 1,
                Patience = 5,
                FineTuning = fineTuning,
            },
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
