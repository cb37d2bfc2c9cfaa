using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Sineta.Delivery.Institutions;

namespace Sineta.Server.Api.Description;

/// <summary>
/// The API described for programs: OpenAPI 3.1 at /openapi/v1.json, made of the routes themselves and of the contract's schemas.
/// </summary>
internal static class ApiDescription
{
    private const string Bearer = "key";
    private const string ProblemSchema = "Problem";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", static options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddSchemaTransformer(DescribeValues);
        options.AddOperationTransformer(DescribeOperationAsync);
        options.AddDocumentTransformer(DescribeDocumentAsync);
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            WebhookDescription.AddTo(document);
            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this IEndpointRouteBuilder app) => app.MapOpenApi("/openapi/{documentName}.json");

    private static async Task DescribeDocumentAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Sineta",
            Version = typeof(ApiDescription).Assembly.GetName().Version?.ToString(3),
            Description =
                "Publishes the five events of a learning platform and delivers them, signed and proven, to every system that must know. "
                + "Every error is application/problem+json; its type is a page, all of them are at /problems.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        foreach (var server in document.Servers ?? [])
            server.Url = server.Url?.TrimEnd('/'); // programs put the paths, which begin with a slash, behind it
        document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "sk_…",
            Description = "A key of an institution, or the operator's.",
        });
        document.AddComponent<IOpenApiSchema>(
            ProblemSchema, await context.GetOrCreateSchemaAsync(typeof(Problem), parameterDescription: null, cancellationToken));
        DescribePatches(document);
    }

    private static Task DescribeOperationAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "A problem: what is wrong, and where.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, context.Document) },
            },
        };
        foreach (var parameter in metadata.OfType<RequestParameter>())
            (operation.Parameters ??= []).Add(parameter.Describe());
        if (metadata.OfType<Access>().LastOrDefault() is { } access)
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            operation.Description = $"{operation.Description} {WhoMay(access)}".Trim();
        }

        return Task.CompletedTask;
    }

    private static string WhoMay(Access access)
    {
        var scopes = ScopeNames.Format(access.AnyOf);
        return scopes.Length == 0 ? "For the operator's key."
            : access.AnyOf == Scopes.All ? "For every key."
            : $"For keys with the scope {string.Join(" or ", scopes)}{(access.Operator ? ", and the operator's" : "")}.";
    }

    /// <summary>What the attributes of a property say and the framework does not pass on.</summary>
    private static Task DescribeValues(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var attribute in context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(inherit: false) ?? [])
        {
            if (attribute is RequiredAttribute)
                schema.Type &= ~JsonSchemaType.Null;
            if (attribute is AllowedValuesAttribute allowed)
                schema.Enum = [.. allowed.Values.Select(static value => (JsonNode)JsonValue.Create((string)value!))];
        }

        return Task.CompletedTask;
    }

    /// <summary>A change takes what a creation takes, and requires none of it; one that takes something else has a shape of its own.</summary>
    private static void DescribePatches(OpenApiDocument document)
    {
        foreach (var path in document.Paths.Values)
        {
            var patched = path.Operations?.GetValueOrDefault(HttpMethod.Patch)?.RequestBody?.Content?.Values.Single();
            if (patched is not { Schema: OpenApiSchemaReference whole } || whole.Reference.Id!.EndsWith("Patch", StringComparison.Ordinal))
                continue;
            var name = whole.Reference.Id + "Patch";
            var patch = (OpenApiSchema)document.Components!.Schemas![whole.Reference.Id!].CreateShallowCopy();
            patch.Required = null;
            document.AddComponent<IOpenApiSchema>(name, patch);
            patched.Schema = new OpenApiSchemaReference(name, document);
        }
    }
}
