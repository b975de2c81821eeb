using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;

namespace Prosodia.Reporting;

/// <summary>
/// Pages from Liquid templates: one file that needs no network, light or dark as the reader's system. Templates encode
/// all values as HTML but those that pass the filter <c>raw</c>.
/// </summary>
internal static class HtmlPage
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly FluidParser Parser = new();
    private static readonly ConcurrentDictionary<(Assembly, string), IFluidTemplate> Templates = new();
    private static readonly TemplateOptions Options = new()
    {
        CultureInfo = CultureInfo.InvariantCulture,
        MemberAccessStrategy = new UnsafeMemberAccessStrategy { MemberNameStrategy = MemberNameStrategies.SnakeCase },
    };

    /// <summary>A whole page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="body">Its content as HTML.</param>
    public static string Of(string title, string body) =>
        Render(
            typeof(HtmlPage),
            "page",
            new
            {
                Title = title,
                Body = body,
                Style = Asset("report.css"),
                Script = Asset("report.js"),
            }
        );

    /// <summary>A part of a page.</summary>
    /// <param name="owner">A type of the project in which the template is embedded.</param>
    /// <param name="template">Its name without <c>.liquid</c>.</param>
    /// <param name="model">What the template shows, in its names in snake case.</param>
    public static string Render(Type owner, string template, object model) =>
        Templates.GetOrAdd((owner.Assembly, template), Parse).Render(new TemplateContext(model, Options), Encoder);

    /// <summary>A picture as the source of an image within the page.</summary>
    public static string DataUri(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";

    /// <summary>A number as text in the format given, whatever the reader's language.</summary>
    public static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static IFluidTemplate Parse((Assembly Owner, string Name) template) =>
        Parser.Parse(Text(template.Owner, $"{template.Name}.liquid"));

    private static string Asset(string name) => Text(typeof(HtmlPage).Assembly, name);

    private static string Text(Assembly owner, string resource)
    {
        using var reader = new StreamReader(owner.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
