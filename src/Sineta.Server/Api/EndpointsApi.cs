using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Server.Api.Description;
using Endpoint = Sineta.Delivery.Endpoints.Endpoint;

namespace Sineta.Server.Api;

/// <summary>Endpoints: where an institution's events go.</summary>
public static class EndpointsApi
{
    private const string List = "endpoints";
    private const string Json = "application/json";

    private static readonly string UnknownType = $"Must be one of {string.Join(", ", EventTypes.All)}.";

    public static void Map(RouteGroupBuilder v1)
    {
        var reading = v1.MapGroup("/endpoints").WithTags("Endpoints").Requires(Scopes.WebhooksManage | Scopes.Read);
        reading.MapGet("", ListAll).TakesPage().WithName("listEndpoints").WithSummary("List endpoints");
        reading.MapGet("/{id}", Find).WithName("getEndpoint").WithSummary("Get an endpoint");

        var managing = v1.MapGroup("/endpoints").WithTags("Endpoints").Requires(Scopes.WebhooksManage);
        managing.MapPost("", CreateAsync).Accepts<EndpointDraft>(Json).WithName("createEndpoint").WithSummary("Make an endpoint")
            .WithDescription(
                "It is asked at once to prove itself: it must answer a signed webhooks.endpoint.verification with 2xx and the challenge. "
                + "The answer has the signing secret, which is never shown again.");
        managing.MapPatch("/{id}", UpdateAsync).Accepts<EndpointDraft>(Json).WithName("updateEndpoint").WithSummary("Change an endpoint")
            .WithDescription("What is not given stays. Another url has to be verified anew; until then its deliveries are held.");
        managing.MapDelete("/{id}", DeleteAsync).WithName("deleteEndpoint").WithSummary("Delete an endpoint")
            .WithDescription("What still waits for it fails, on record.");
        managing.MapPost("/{id}/verify", VerifyAsync).Accepts<VerifyRequest>(Json)
            .WithName("verifyEndpoint").WithSummary("Verify an endpoint")
            .WithDescription("Without a body the endpoint is asked again; with a challenge, what its receiver got is taken from you.");
        managing.MapPost("/{id}/pause", PauseAsync)
            .WithName("pauseEndpoint").WithSummary("Pause an endpoint").WithDescription("Its deliveries are held.");
        managing.MapPost("/{id}/resume", ResumeAsync).WithName("resumeEndpoint").WithSummary("Resume a paused or disabled endpoint")
            .WithDescription("What was held goes out in order, at a bounded pace; the answer tells how much it is.");
        managing.MapPost("/{id}/rotate-secret", RotateSecretAsync).Accepts<RotateRequest>(Json)
            .WithName("rotateEndpointSecret").WithSummary("Rotate the signing secret")
            .WithDescription("The answer has the new secret, which is never shown again. Until the overlap ends both sign; without "
                + "overlap all older secrets end at once.");
        managing.MapPost("/{id}/test", TestAsync).Accepts<TestRequest>(Json)
            .WithName("testEndpoint").WithSummary("Send a sample to an endpoint")
            .WithDescription("It goes the way of every delivery, to this endpoint alone; Location is where its delivery is seen.");
    }

    private static Results<Ok<Page<EndpointBody>>, ProblemResult> ListAll(
        Caller caller, HttpRequest http, Configuration configuration, TimeProvider time)
    {
        var query = new QueryReader(http.Query);
        var (limit, after) = (query.Limit(), query.Cursor<Guid>(List));
        if (query.Refusal() is { } refusal)
            return refusal;
        var rows = configuration.EndpointsOf(caller.InstitutionId)
            .Where(e => after is null || e.Id.CompareTo(after.Value) > 0).OrderBy(e => e.Id).Take(limit + 1).ToList();
        return TypedResults.Ok(Page.Of(rows, limit, List, e => e.Id.ToString("N"), e => Show(caller, e, time)));
    }

    private static Results<Ok<EndpointBody>, ProblemResult> Find(
        string id, Caller caller, Configuration configuration, TimeProvider time) =>
        configuration.FindEndpoint(caller.InstitutionId, IdOf(id)) is { } endpoint
            ? TypedResults.Ok(Show(caller, endpoint, time)) : Unknown();

    private static async Task<Results<Created<EndpointBody>, ProblemResult>> CreateAsync(
        Caller caller, JsonBody body, EndpointRules rules, EndpointRegistry registry, EndpointVerifier verifier, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!body.TryRead<EndpointDraft>(d => rules.Check(d).Faults, out var draft, out var refusal))
            return refusal;
        var change = await registry.CreateAsync(caller.InstitutionId, draft, cancellationToken);
        if (change is not EndpointChange.Made made)
            return Refuse(change);
        var verified = await verifier.VerifyAsync(made.Endpoint, cancellationToken);
        var shown = Show(caller, made.Endpoint, verified, time);
        return TypedResults.Created($"/v1/endpoints/{shown.Id}", shown with { Secret = made.Endpoint.Secrets[0].Secret.Reveal() });
    }

    private static async Task<Results<Ok<EndpointBody>, ProblemResult>> UpdateAsync(
        string id, Caller caller, JsonBody body, EndpointRules rules, EndpointRegistry registry, EndpointVerifier verifier,
        TimeProvider time, CancellationToken cancellationToken)
    {
        if (!body.TryReadPatch<EndpointDraft>(d => rules.Check(d).Faults, out var patch, out var refusal))
            return refusal;
        var change = await registry.UpdateAsync(caller.InstitutionId, IdOf(id), present => Merge(present, patch, body), cancellationToken);
        if (change is not EndpointChange.Made made)
            return Refuse(change);
        return body.Gives("url") && made.Endpoint.VerifiedAt is null
            ? TypedResults.Ok(Show(caller, made.Endpoint, await verifier.VerifyAsync(made.Endpoint, cancellationToken), time))
            : TypedResults.Ok(Show(caller, made.Endpoint, time));
    }

    private static async Task<Results<NoContent, ProblemResult>> DeleteAsync(
        string id, Caller caller, EndpointRegistry registry, CancellationToken cancellationToken)
    {
        var change = await registry.DeleteAsync(caller.InstitutionId, IdOf(id), cancellationToken);
        return change is EndpointChange.Made ? TypedResults.NoContent() : Refuse(change);
    }

    private static async Task<Results<Ok<EndpointBody>, ProblemResult>> VerifyAsync(
        string id, Caller caller, JsonBody body, Configuration configuration, EndpointRegistry registry, EndpointVerifier verifier,
        TimeProvider time, CancellationToken cancellationToken)
    {
        if (!body.TryRead<VerifyRequest>(out var request, out var refusal))
            return refusal;
        if (request.Challenge is { } challenge)
            return Answer(caller, await registry.VerifyByHandAsync(caller.InstitutionId, IdOf(id), challenge, cancellationToken), time);
        if (configuration.FindEndpoint(caller.InstitutionId, IdOf(id)) is not { } endpoint)
            return Unknown();
        return TypedResults.Ok(Show(caller, endpoint, await verifier.VerifyAsync(endpoint, cancellationToken), time));
    }

    private static async Task<Results<Ok<EndpointBody>, ProblemResult>> PauseAsync(
        string id, Caller caller, EndpointRegistry registry, TimeProvider time, CancellationToken cancellationToken) =>
        Answer(caller, await registry.PauseAsync(caller.InstitutionId, IdOf(id), cancellationToken), time);

    private static async Task<Results<Ok<EndpointBody>, ProblemResult>> ResumeAsync(
        string id, Caller caller, EndpointRegistry registry, EndpointStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var held = await store.OpenDeliveriesAsync(caller.InstitutionId, IdOf(id), cancellationToken);
        var change = await registry.ResumeAsync(caller.InstitutionId, IdOf(id), cancellationToken);
        return change is EndpointChange.Made made
            ? TypedResults.Ok(Show(caller, made.Endpoint, time) with { Held = held }) : Refuse(change);
    }

    private static async Task<Results<Ok<EndpointBody>, ProblemResult>> RotateSecretAsync(
        string id, Caller caller, JsonBody body, EndpointRegistry registry, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!body.TryRead<RotateRequest>(r => r.Faults(), out var request, out var refusal))
            return refusal;
        if (request.Faults() is { Count: > 0 } faults)
            return ProblemTypes.InvalidBody.With("The secret was not rotated.", faults);
        var overlap = TimeSpan.FromHours(request.OverlapHours);
        var change = await registry.RotateSecretAsync(caller.InstitutionId, IdOf(id), overlap, cancellationToken);
        return change is EndpointChange.Made made
            ? TypedResults.Ok(Show(caller, made.Endpoint, time) with { Secret = made.Endpoint.Secrets[0].Secret.Reveal() })
            : Refuse(change);
    }

    private static async Task<Results<Accepted<TestBody>, ProblemResult>> TestAsync(
        string id, Caller caller, JsonBody body, Configuration configuration, EventPublisher publisher, CancellationToken cancellationToken)
    {
        if (!body.TryRead<TestRequest>(r => r.Faults(), out var request, out var refusal))
            return refusal;
        if (configuration.FindEndpoint(caller.InstitutionId, IdOf(id)) is not { } endpoint)
            return Unknown();
        if (!EventTypes.TryFind(request.Type, out var type))
            return ProblemTypes.InvalidBody.With("No sample was sent.", request.Faults());
        if (!endpoint.IsSentTo)
            return ProblemTypes.Conflict.With("Only an active endpoint can be tried: verify or resume it first.");
        return await publisher.PublishSampleAsync(caller.Institution, type, endpoint.Id, cancellationToken) switch
        {
            PublishResult.Accepted accepted => AnswerTest(PublicId.Format(PublicId.Event, accepted.Id)),
            PublishResult.Overloaded overloaded => ProblemTypes.Overloaded.With(overloaded.RetryAfter, "The sample could not be stored."),
            var other => throw new InvalidOperationException($"A sample was {other}."),
        };
    }

    private static Accepted<TestBody> AnswerTest(string eventId) =>
        TypedResults.Accepted($"/v1/deliveries?event={eventId}", new TestBody(eventId));

    private static EndpointDraft Merge(EndpointDraft present, EndpointDraft patch, JsonBody body) => new()
    {
        Url = body.Gives("url") ? patch.Url : present.Url,
        Description = body.Gives("description") ? patch.Description : present.Description,
        EventTypes = body.Gives("event_types") ? patch.EventTypes : present.EventTypes,
        Ordering = body.Gives("ordering") ? patch.Ordering : present.Ordering,
        Cpf = body.Gives("cpf") ? patch.Cpf : present.Cpf,
        MaxInFlight = body.Gives("max_in_flight") ? patch.MaxInFlight : present.MaxInFlight,
        RatePerSecond = body.Gives("rate_per_second") ? patch.RatePerSecond : present.RatePerSecond,
        TimeoutSeconds = body.Gives("timeout_seconds") ? patch.TimeoutSeconds : present.TimeoutSeconds,
        RetrySchedule = body.Gives("retry_schedule") ? patch.RetrySchedule : present.RetrySchedule,
        Headers = body.Gives("headers") ? patch.Headers : present.Headers,
    };

    private static Results<Ok<EndpointBody>, ProblemResult> Answer(Caller caller, EndpointChange change, TimeProvider time) =>
        change is EndpointChange.Made made ? TypedResults.Ok(Show(caller, made.Endpoint, time)) : Refuse(change);

    private static ProblemResult Refuse(EndpointChange change) => change switch
    {
        EndpointChange.Refused refused => ProblemTypes.InvalidBody.With("The endpoint cannot be so.", refused.Faults),
        EndpointChange.Impossible impossible => ProblemTypes.Conflict.With(impossible.Sentence),
        _ => Unknown(),
    };

    private static EndpointBody Show(Caller caller, Endpoint endpoint, TimeProvider time) =>
        EndpointBody.Of(endpoint, caller.Scopes.HasFlag(Scopes.WebhooksManage), time.GetUtcNow());

    private static EndpointBody Show(Caller caller, Endpoint asked, VerificationOutcome verified, TimeProvider time)
    {
        var endpoint = verified.Change is EndpointChange.Made made ? made.Endpoint : asked;
        return Show(caller, endpoint, time) with { Verification = EndpointVerificationBody.Of(endpoint, verified.Problem) };
    }

    private static ProblemResult Unknown() => ProblemTypes.NotFound.With("There is no such endpoint.");

    /// <summary>What is no id is the id of nothing.</summary>
    private static Guid IdOf(string id) => PublicId.TryParse(PublicId.Endpoint, id, out var parsed) ? parsed : Guid.Empty;

    /// <param name="Challenge">What the receiver was sent, where it cannot echo it.</param>
    public sealed record VerifyRequest(string? Challenge = null);

    /// <param name="OverlapHours">How long the old secret signs as well; with 0 no older one signs any more.</param>
    public sealed record RotateRequest([property: DefaultValue(24), Range(0, RotateRequest.MaxOverlapHours)] int OverlapHours = 24)
    {
        internal const int MaxOverlapHours = 30 * 24;

        internal IReadOnlyList<Fault> Faults() =>
            OverlapHours is < 0 or > MaxOverlapHours ? [new("/overlap_hours", $"Must be between 0 and {MaxOverlapHours}.")] : [];
    }

    /// <param name="Type">Whose sample.</param>
    public sealed record TestRequest([property: DefaultValue("activities.course.completed")] string Type = "activities.course.completed")
    {
        internal IReadOnlyList<Fault> Faults() => EventTypes.TryFind(Type, out _) ? [] : [new("/type", UnknownType)];
    }

    /// <param name="EventId">The sample's event: its delivery is in the log.</param>
    public sealed record TestBody(string EventId);
}
