using System.Globalization;
using System.Reflection;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Metadata;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Intake;
using Sineta.Events;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>
/// Takes in events. The hottest routes, hence plain request delegates: the body is read from the connection into a pooled buffer and the
/// event from that, with no binder in between.
/// </summary>
internal sealed class PublishApi(EventPublisher publisher)
{
    private const int MaxBatchBytes = 16 * 1024 * 1024;
    private const int MaxKey = 255;
    private const int MaxAnswer = 96;
    private const string IdempotencyKey = "Idempotency-Key";
    private const string Json = "application/json; charset=utf-8";

    public static void Map(RouteGroupBuilder v1, EventPublisher publisher)
    {
        var api = new PublishApi(publisher);
        var events = v1.MapGroup("/events").WithTags("Events").Requires(Scopes.EventsWrite);
        events.MapPost("", api.PublishAsync).WithName("publishEvent").WithSummary("Publish an event")
            .WithDescription(
                "202 once it is committed, with one delivery for each endpoint that takes its type. 200 where the same fact (by its "
                + "dedupe key) or the same request (by its Idempotency-Key) was published before: the answer has the first one's id.")
            .TakesHeader(
                IdempotencyKey, "Stands for this request for 7 days: sent again with the same body it is answered with the same event.")
            .WithMetadata(Described(api.PublishAsync), Takes<SubmissionBody>(), Gives<AcceptedBody>(202), Gives<DuplicateBody>(200));
        events.MapPost("/batch", api.PublishBatchAsync).WithName("publishEvents").WithSummary("Publish up to 1,000 events")
            .WithDescription(
                "Each item has a result of its own, in the same order. What is accepted is stored, also where others are refused.")
            .TakesHeader(IdempotencyKey, "Stands for each item, with its place, for 7 days.")
            .WithMetadata(Described(api.PublishBatchAsync), Takes<BatchRequest>(), Gives<BatchBody>(200));
    }

    /// <summary>The description has only routes whose method is known, and a plain delegate's is not by itself.</summary>
    private static MethodInfo Described(RequestDelegate handler) => handler.Method;

    private static AcceptsMetadata Takes<T>() => new(["application/json"], typeof(T));

    private static ProducesResponseTypeMetadata Gives<T>(int status) => new(status, typeof(T), ["application/json"]);

    private async Task PublishAsync(HttpContext context)
    {
        if (RefusalOf(context.Request, out var key) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        if (await RequestBytes.ReadAsync(context.Request, EventReader.MaxBytes, context.RequestAborted) is not { } body)
        {
            await ProblemTypes.TooLarge.With($"An event is at most {EventReader.MaxBytes} bytes.").ExecuteAsync(context);
            return;
        }

        using (body)
        {
            var result = await publisher.PublishAsync(Caller.Of(context).Institution, body.Memory, key, context.RequestAborted);
            if (ProblemOf(result) is { } problem)
                await problem.ExecuteAsync(context);
            else
                Answer(context.Response, result);
        }
    }

    private async Task PublishBatchAsync(HttpContext context)
    {
        if (RefusalOf(context.Request, out var key) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        if (await RequestBytes.ReadAsync(context.Request, MaxBatchBytes, context.RequestAborted) is not { } body)
        {
            await ProblemTypes.TooLarge.With($"A batch is at most {MaxBatchBytes} bytes.").ExecuteAsync(context);
            return;
        }

        using (body)
        {
            var result = await publisher.PublishBatchAsync(Caller.Of(context).Institution, body.Memory, key, context.RequestAborted);
            await (result switch
            {
                BatchResult.Items items =>
                    context.Response.WriteAsJsonAsync(BatchBody.Of(items.Results), ApiJson.Plain.BatchBody, Json, context.RequestAborted),
                BatchResult.Whole whole => ProblemOf(whole.Result)!.ExecuteAsync(context),
                _ => throw new InvalidOperationException($"No result is a {result.GetType()}."),
            });
        }
    }

    /// <summary>What speaks against the request before its body is read.</summary>
    private static ProblemResult? RefusalOf(HttpRequest request, out string? idempotencyKey)
    {
        idempotencyKey = null;
        if (RequestBytes.RefusalOf(request) is { } refusal)
            return refusal;
        var given = request.Headers[IdempotencyKey];
        if (given.Count == 0)
            return null;
        idempotencyKey = given.ToString();
        return idempotencyKey.Length is 0 or > MaxKey || idempotencyKey.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? ProblemTypes.InvalidRequest.With($"The Idempotency-Key must be 1 to {MaxKey} printable ASCII characters.") : null;
    }

    /// <summary>The problem that a result is; null where it is none.</summary>
    private static ProblemResult? ProblemOf(PublishResult result) => result switch
    {
        PublishResult.Refused refused => ProblemTypes.InvalidEvent.With(
            refused.Faults.Count == 1 ? "There is one fault." : $"There are {refused.Faults.Count} faults.", refused.Faults),
        PublishResult.Malformed malformed => ProblemTypes.InvalidJson.With(malformed.Sentence),
        PublishResult.KeyReused => ProblemTypes.IdempotencyKeyReused.With("This Idempotency-Key came before, with another body."),
        PublishResult.Overloaded overloaded =>
            ProblemTypes.Overloaded.With(overloaded.RetryAfter, "The event could not be stored in time."),
        _ => null,
    };

    private static void Answer(HttpResponse response, PublishResult result)
    {
        var target = response.BodyWriter.GetSpan(MaxAnswer);
        int length;
        if (result is PublishResult.Accepted accepted)
        {
            response.StatusCode = StatusCodes.Status202Accepted;
            Utf8.TryWrite(
                target, CultureInfo.InvariantCulture, $"{{\"id\":\"evt_{accepted.Id:N}\",\"deliveries\":{accepted.Deliveries}}}",
                out length);
        }
        else
        {
            var duplicate = (PublishResult.Duplicate)result;
            Utf8.TryWrite(
                target, CultureInfo.InvariantCulture,
                $"{{\"id\":\"evt_{duplicate.Id:N}\",\"duplicate\":true,\"differs\":{(duplicate.Differs ? "true" : "false")}}}", out length);
        }

        response.ContentType = Json;
        response.ContentLength = length;
        response.BodyWriter.Advance(length);
    }
}
