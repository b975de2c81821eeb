namespace Prosodia.Features;

/// <summary>How eGeMAPS is computed. The flavors' numbers differ; a model reads one of them only.</summary>
public enum EgemapsFlavor
{
    /// <summary>The numbers that the field's models and papers were made with, quirks included.</summary>
    Compatible,

    /// <summary>As published: Eyben et al., IEEE Transactions on Affective Computing 7, 2016.</summary>
    AsPublished,
}
