using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Prosodia.Server;

/// <summary>What the OpenAPI document says beside the routes themselves.</summary>
internal static class OpenApiConfiguration
{
    public const string Tag = "recognition";

    public static void Configure(OpenApiOptions options) =>
        options
            .AddOperationTransformer(
                (operation, _, _) =>
                {
                    if (operation.OperationId != RecognitionEndpoints.Operation)
                        return Task.CompletedTask;
                    var recording = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
                    operation.RequestBody = new OpenApiRequestBody
                    {
                        Required = true,
                        Content = new Dictionary<string, OpenApiMediaType>
                        {
                            ["application/octet-stream"] = new() { Schema = recording },
                            ["multipart/form-data"] = new()
                            {
                                Schema = new OpenApiSchema
                                {
                                    Type = JsonSchemaType.Object,
                                    Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = recording },
                                },
                            },
                        },
                    };
                    return Task.CompletedTask;
                }
            )
            .AddDocumentTransformer(
                (document, _, _) =>
                {
                    document.Info = new OpenApiInfo
                    {
                        Title = "Prosodia",
                        Version = "v1",
                        Description =
                            "How people sound in recordings of speech. Not for decisions about people: "
                            + "recognizing emotions at work or in schools is prohibited in the European Union "
                            + "(Regulation 2024/1689, article 5).",
                    };
                    document.Servers?.Clear();
                    document.Components ??= new OpenApiComponents();
                    document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                    {
                        ["bearer"] = new OpenApiSecurityScheme
                        {
                            Type = SecuritySchemeType.Http,
                            Scheme = "bearer",
                            Description = "A key, where the server has keys.",
                        },
                        ["basic"] = new OpenApiSecurityScheme
                        {
                            Type = SecuritySchemeType.Http,
                            Scheme = "basic",
                            Description = "Any user name, the key as the password.",
                        },
                    };
                    document.Security =
                    [
                        new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] },
                        new() { [new OpenApiSecuritySchemeReference("basic", document)] = [] },
                        new(),
                    ];
                    return Task.CompletedTask;
                }
            );
}
