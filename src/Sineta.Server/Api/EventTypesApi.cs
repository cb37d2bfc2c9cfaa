using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Institutions;
using Sineta.Events;

namespace Sineta.Server.Api;

/// <summary>The catalogue of events, for every key; and each type's schema by itself, for everybody.</summary>
public static class EventTypesApi
{
    private static readonly IReadOnlyList<EventTypeBody> All = [.. EventTypes.All.Select(EventTypeBody.Of)];

    public static void Map(RouteGroupBuilder v1)
    {
        var types = v1.MapGroup("/event-types").WithTags("Event types").Requires(Scopes.All);
        types.MapGet("", () => TypedResults.Ok(new Page<EventTypeBody>(All, NextCursor: null)))
            .WithName("listEventTypes").WithSummary("List the event types");
        types.MapGet("/{slug}", Find).WithName("getEventType").WithSummary("Get an event type, with its JSON Schema and a sample");
    }

    public static void MapSchemas(IEndpointRouteBuilder app) =>
        app.MapGet("/schemas/{slug}", FindSchema).WithTags("Event types")
            .WithName("getEventSchema").WithSummary("Get the JSON Schema of an event's body");

    private static Results<Ok<EventTypeBody>, ProblemResult> Find(string slug) =>
        All.FirstOrDefault(t => t.Slug == slug) is { } type ? TypedResults.Ok(type) : Unknown(slug);

    private static Results<FileContentHttpResult, ProblemResult> FindSchema(string slug) =>
        EventTypes.TryFind(slug, out var type) ? TypedResults.Bytes(type.Schema, "application/schema+json") : Unknown(slug);

    private static ProblemResult Unknown(string slug) =>
        ProblemTypes.NotFound.With($"There is no event type {slug}, but {string.Join(", ", EventTypes.All)}.");

    /// <param name="Name">Its name on the wire.</param>
    /// <param name="Description">When it happens.</param>
    /// <param name="DedupeKey">How its dedupe key is made, unless the publisher gives one: braces name values under data.</param>
    /// <param name="Schema">JSON Schema (2020-12) of a whole body.</param>
    /// <param name="DataSchema">JSON Schema (2020-12) of what is published as data.</param>
    /// <param name="Sample">A whole body as it would be delivered.</param>
    public sealed record EventTypeBody(
        string Slug, string Name, string Description, string DedupeKey, JsonElement Schema, JsonElement DataSchema, JsonElement Sample)
    {
        internal static EventTypeBody Of(EventType type) => new(
            type.Slug, type.Name, type.Description, type.DedupeKeyForm, Parse(type.Schema), Parse(type.DataSchema), Parse(type.Sample));

        private static JsonElement Parse(ReadOnlyMemory<byte> json) => JsonElement.Parse(json.Span);
    }
}
