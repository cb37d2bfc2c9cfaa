using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Institutions;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>The log of deliveries as it happens.</summary>
public static class StreamApi
{
    private const string LastEventId = "Last-Event-ID";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    public static void Map(RouteGroupBuilder v1) => v1.MapGet("/stream", ListenAsync).WithTags("Deliveries")
        .Requires(Scopes.WebhooksManage | Scopes.Read)
        .Produces<string>(contentType: EventStreamAnswer.MediaType)
        .TakesQuery("endpoint", "Deliveries to this endpoint, ep_….")
        .TakesQuery("type", "Deliveries of events of this type.")
        .TakesQuery("status", "What stands so after the attempt: pending, held, delivered or failed.")
        .TakesQuery("learner", "Deliveries of this learner's events.")
        .TakesHeader(LastEventId, "The last id that was received, to go on behind it; browsers send it by themselves.")
        .WithName("streamAttempts").WithSummary("Listen to deliveries as they are attempted")
        .WithDescription(
            "Server-sent events. event: attempt has the delivery as the list has it, after each call that is made for it, on whichever "
            + "node, within a second of its record. event: gap says that {missed} attempts (null: unknown) were left out, for there were "
            + "too many, or the listener was away or slow for too long: GET /v1/deliveries has them. A comment every 15 s shows that it "
            + "still listens. With Last-Event-ID it goes on where it broke off, up to two minutes later; little may come twice then.");

    private static async Task<Results<EventStreamAnswer, ProblemResult>> ListenAsync(
        Caller caller, HttpRequest http, AttemptStream stream, Configuration configuration, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var filter = DeliveryQuery.ReadLive(query);
        if (query.Refusal() is { } refusal)
            return refusal;
        var header = http.Headers[LastEventId].ToString();
        StreamPosition? last = StreamPosition.TryParse(header, out var position) ? position : null;
        if (last is null && header.Length > 0)
            return ProblemTypes.InvalidRequest.With($"{LastEventId} is no id of this stream.");
        var listener = await stream.ListenAsync(
            caller.InstitutionId, filter, last, () => caller.IsWelcome(configuration), cancellationToken);
        if (listener is null)
            return ProblemTypes.TooManyListeners.With(Pause, "As many listen to the institution's deliveries here as may.");
        return new EventStreamAnswer(listener);
    }

    /// <summary>Attempts that were left out.</summary>
    /// <param name="Missed">How many of the institution's; null where that is not known.</param>
    public sealed record GapBody(long? Missed);
}
