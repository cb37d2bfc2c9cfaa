using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Sineta.Events;

namespace Sineta.Server.Api.Description;

/// <summary>The <c>webhooks</c> section: what a receiver gets for each of the five events, and of the webhooks' own, with the contract's schemas.</summary>
internal static class WebhookDescription
{
    private static readonly (string Name, string Description)[] Headers =
    [
        (WebhookHeaders.Id, "The event's id, evt_…: the same on every attempt and replay, and so the key to recognise what came before."),
        (WebhookHeaders.Timestamp, "Unix seconds of this attempt."),
        (WebhookHeaders.Signature,
            "Standard Webhooks: v1, and the base64 of HMAC-SHA256(secret, \"id.timestamp.body\"); one for each secret in force."),
        (WebhookHeaders.CloudEventVersion, "CloudEvents, binary mode: 1.0."),
        (WebhookHeaders.CloudEventId, "The event's id."),
        (WebhookHeaders.CloudEventType, "The slug."),
        (WebhookHeaders.CloudEventSource, "/institutions/{id}."),
        (WebhookHeaders.CloudEventSubject, "Whom it is about."),
        (WebhookHeaders.CloudEventTime, "When it happened, RFC 3339 with its offset."),
        (WebhookHeaders.Event, "The slug."),
        (WebhookHeaders.Delivery, "The delivery, dlv_…: one event for one endpoint."),
        (WebhookHeaders.Attempt, "The attempt's number, from 1."),
        (WebhookHeaders.DedupeKey, "The fact that the event tells: two events with the same key never exist."),
        (WebhookHeaders.Correlation, "One id for all that one action caused."),
        (WebhookHeaders.Source, "How an enrolment came about."),
        (WebhookHeaders.Test, "true where it is a sample that was sent to try the endpoint."),
    ];

    private static readonly string[] Always =
    [
        WebhookHeaders.Id, WebhookHeaders.Timestamp, WebhookHeaders.Signature, WebhookHeaders.Event, WebhookHeaders.Delivery,
        WebhookHeaders.Attempt,
    ];

    public static void AddTo(OpenApiDocument document)
    {
        document.Webhooks = new Dictionary<string, IOpenApiPathItem>();
        foreach (var type in (WebhookType[])[.. EventTypes.All, .. OperationalTypes.All])
        {
            document.AddComponent<IOpenApiSchema>(type.Slug, SchemaOf(type, document));
            document.Webhooks[type.Slug] = new OpenApiPathItem
            {
                Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = Describe(type, document) },
            };
        }
    }

    private static OpenApiOperation Describe(WebhookType type, OpenApiDocument document) => new()
    {
        OperationId = type.Slug,
        Summary = type.Name,
        Description = type.Description,
        Tags = new HashSet<OpenApiTagReference> { new("Webhooks", document) },
        Parameters = [.. Headers.Select(header => new OpenApiParameter
        {
            Name = header.Name,
            In = ParameterLocation.Header,
            Required = Always.Contains(header.Name),
            Description = header.Description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        })],
        RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = new OpenApiSchemaReference(type.Slug, document),
                    Example = JsonNode.Parse(type.Sample.Span),
                },
            },
        },
        Responses = new OpenApiResponses
        {
            ["2XX"] = new OpenApiResponse { Description = "Delivered. Only this is; a redirect is never followed." },
            ["410"] = new OpenApiResponse { Description = "The endpoint wants no more: it is disabled." },
            ["429"] = new OpenApiResponse { Description = "Tried again, after Retry-After where it asks for more than the schedule." },
            ["default"] = new OpenApiResponse { Description = "Tried again by the endpoint's schedule." },
        },
    };

    private static OpenApiSchema SchemaOf(WebhookType type, OpenApiDocument document)
    {
        var schema = JsonNode.Parse(type.Schema.Span)!.AsObject();
        schema.Remove("$schema"); // the document's own dialect is the same
        return OpenApiModelFactory.Parse<OpenApiSchema>(
            schema.ToJsonString(), OpenApiSpecVersion.OpenApi3_1, document, out var diagnostic, OpenApiConstants.Json)
            ?? throw new InvalidOperationException($"The schema of {type} is none: {string.Join(" ", diagnostic.Errors)}");
    }
}
