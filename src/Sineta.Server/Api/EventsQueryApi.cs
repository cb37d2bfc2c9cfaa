using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.History;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>The log of events: what was accepted, and where it went.</summary>
public static class EventsQueryApi
{
    private const int MaxDeliveriesShown = 200;

    public static void Map(RouteGroupBuilder v1)
    {
        var events = v1.MapGroup("/events").WithTags("Events").Requires(Scopes.WebhooksManage | Scopes.Read);
        events.MapGet("", ListAsync).WithName("listEvents").WithSummary("List events, newest first")
            .WithDescription(DeliveryQuery.PartialPages)
            .TakesQuery("type", "Events of this type.").TakesQuery("learner", "This learner's events.")
            .TakesQuery("from", "Accepted at this moment or later, " + DeliveryQuery.Moments)
            .TakesQuery("to", "Accepted before this moment, " + DeliveryQuery.Moments).TakesPage();
        events.MapGet("/{id}", FindAsync).WithName("getEvent").WithSummary("Get an event with its body and its deliveries");
    }

    private static async Task<Results<Ok<Page<EventBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, EventLog log, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var filter = new EventFilter
        {
            Slug = query.OneOf("type", DeliveryQuery.Types),
            Learner = query.Term("learner", DeliveryQuery.MaxLearnerLength),
            From = query.Moment("from", caller.Institution.Clock),
            Until = query.Moment("to", caller.Institution.Clock),
        };
        var list = query.NameList("events", "type", "learner", "from", "to");
        var (limit, before) = (query.Limit(), query.Cursor<Guid>(list));
        if (query.Refusal() is { } refusal)
            return refusal;
        var page = await log.ReadAsync(caller.InstitutionId, filter, before, limit, cancellationToken);
        return TypedResults.Ok(Page.Of(page, list, EventBody.Of));
    }

    private static async Task<Results<Ok<EventDetailBody>, ProblemResult>> FindAsync(
        string id, Caller caller, EventLog events, DeliveryLog deliveries, CancellationToken cancellationToken)
    {
        if (!PublicId.TryParse(PublicId.Event, id, out var parsed)
            || await events.FindAsync(caller.InstitutionId, parsed, cancellationToken) is not { } found)
            return ProblemTypes.NotFound.With("There is no such event.");
        var page = await deliveries.ReadAsync(
            caller.InstitutionId, new DeliveryFilter { EventId = parsed }, null, MaxDeliveriesShown, cancellationToken);
        var entry = new EventEntry(
            found.Id, found.Slug, found.DedupeKey, found.Learner, found.OccurredAt, found.Correlation, found.Source);
        var shown = ShownBody.Of(found.Body, caller.SeesSentCpfs);
        return TypedResults.Ok(new EventDetailBody(
            EventBody.Of(entry), JsonElement.Parse(shown.Bytes.Span), [.. page.Rows.Select(static d => new DeliveryBody(d))]));
    }

    /// <summary>An event as the log lists it.</summary>
    public sealed record EventBody(
        string Id, string Type, string DedupeKey, string? Learner, DateTimeOffset OccurredAt, DateTimeOffset AcceptedAt, string Correlation,
        string? Source)
    {
        internal static EventBody Of(EventEntry entry) => new(
            PublicId.Format(PublicId.Event, entry.Id), entry.Slug, entry.DedupeKey, entry.Learner, entry.OccurredAt, entry.AcceptedAt,
            entry.Correlation, entry.Source);
    }

    /// <param name="Event">What the log lists.</param>
    /// <param name="Body">As it is sent; its CPF is XXX.XXX.XXX-XX for keys that have the scope read alone.</param>
    /// <param name="Deliveries">The newest 200; GET /v1/deliveries?event=… has all.</param>
    public sealed record EventDetailBody(EventBody Event, JsonElement Body, IReadOnlyList<DeliveryBody> Deliveries);
}
