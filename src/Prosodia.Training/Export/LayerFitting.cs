namespace Prosodia.Training.Export;

/// <summary>
/// Fits a model to each layer of an encoder that may be read, and keeps that which does best on what it was not fitted
/// to, among the known recordings alone. Features of the program's own are one layer.
/// </summary>
/// <param name="layers">What each layer gives, by its number.</param>
/// <param name="seed">The seed.</param>
internal sealed class LayerFitting(IReadOnlyList<(int Layer, Func<Examples> Examples)> layers, int seed)
{
    /// <summary>Fits.</summary>
    /// <param name="known">The recordings to fit to.</param>
    public (int Layer, CrossFit Fit) Fit(int[] known) =>
        layers.Select(l => (l.Layer, Fit: new CrossFitting(l.Examples(), seed).Fit(known))).MinBy(f => f.Fit.Loss);
}
