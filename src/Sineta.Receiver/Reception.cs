using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Sineta.Events;

namespace Sineta.Receiver;

/// <summary>
/// The way of one delivery: (1) read the raw body, bounded; (2) verify its signature; (3) see which event the signed bytes say it is,
/// never the headers; (4) claim it; (5) handle it; (6) remember it, and only then acknowledge.
/// </summary>
internal sealed partial class Reception(WebhookHandlers handlers, TimeProvider time, ILogger<Reception> log)
{
    private const int RetryAfterSeconds = 5;

    private readonly WebhookSecret[] _secrets = handlers.Secrets;

    public async Task ReceiveAsync(HttpContext http)
    {
        var result = await AnswerAsync(http.Request, http.RequestAborted);
        await result.ExecuteAsync(http);
    }

    private async Task<IResult> AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (await BoundedBody.ReadAsync(request, cancellationToken) is not { } body) // 1
            return Refuse(StatusCodes.Status413PayloadTooLarge, $"An event has at most {EventReader.MaxBytes} bytes.");

        var headers = request.Headers;
        var verification = WebhookSignature.Verify( // 2
            headers[WebhookHeaders.Id],
            headers[WebhookHeaders.Timestamp],
            headers[WebhookHeaders.Signature],
            body,
            _secrets,
            time.GetUtcNow());
        return verification is VerificationResult.Verified
            ? await DispatchAsync(ReceivedDelivery.From(request, body), cancellationToken)
            : Refuse(StatusCodes.Status401Unauthorized, $"The delivery is not proven: {Reason(verification)}.");
    }

    private async Task<IResult> DispatchAsync(ReceivedDelivery delivery, CancellationToken cancellationToken) // 3
    {
        var body = delivery.Body;
        if (!EventReader.TryReadSlug(body.Span, out var slug))
            return Refuse(StatusCodes.Status400BadRequest, "The body names no event.");
        if (OperationalEvent.TryRead(body.Span, out var operational))
        {
            return operational is EndpointVerification asked
                ? TypedResults.Json(new Echo(asked.Challenge), ReceiverJson.Default.Echo)
                : await HandleAsync(handlers.For(operational), operational, delivery, cancellationToken);
        }

        if (!EventTypes.TryFind(slug, out _))
            return await HandleAsync(handlers.Other, slug, delivery, cancellationToken);
        return EventReader.ReadBody(body.Span) switch
        {
            EventReading.Accepted(var document) =>
                await HandleAsync(handlers.For(document.Event), document.Event, delivery, cancellationToken),
            EventReading.Refused(var faults) => Refuse(StatusCodes.Status400BadRequest, string.Join(' ', faults.Take(10))),
            _ => throw new InvalidOperationException("A reading is accepted or refused."),
        };
    }

    private async Task<IResult> HandleAsync(
        WebhookHandlers.Handler? handler, object content, ReceivedDelivery delivery, CancellationToken cancellationToken)
    {
        if (handler is null)
            return TypedResults.Ok();

        switch (await handlers.Handled.ClaimAsync(delivery.EventId, cancellationToken)) // 4
        {
            case Claim.Done:
                LogDuplicate(delivery.EventId, delivery.Attempt);
                return TypedResults.Ok();
            case Claim.InProgress:
                return new TryLater();
            default:
                await HandleClaimedAsync(handler, content, delivery, cancellationToken);
                return TypedResults.Ok();
        }
    }

    private async Task HandleClaimedAsync(
        WebhookHandlers.Handler handler, object content, ReceivedDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            await handler(content, delivery, cancellationToken); // 5
        }
        catch
        {
            // Also where the sender hung up: whatever cancelled the handler must not keep the claim.
            await handlers.Handled.ReleaseAsync(delivery.EventId, CancellationToken.None);
            throw;
        }

        await handlers.Handled.CompleteAsync(delivery.EventId, CancellationToken.None); // 6
    }

    private ProblemHttpResult Refuse(int status, string reason)
    {
        LogRefused(status, reason);
        return TypedResults.Problem(reason, statusCode: status);
    }

    private static string Reason(VerificationResult refusal) => refusal switch
    {
        VerificationResult.MissingHeader(var name) => $"the header {name} is missing",
        VerificationResult.MalformedTimestamp => $"{WebhookHeaders.Timestamp} is no number of Unix seconds",
        VerificationResult.OutsideTolerance(var age) => $"it was signed {age.TotalSeconds:0} seconds ago, and 300 are allowed",
        _ => "no signature was made with this endpoint's secret",
    };

    [LoggerMessage(LogLevel.Warning, "Refused a delivery with {Status}: {Reason}")]
    private partial void LogRefused(int status, string reason);

    [LoggerMessage(LogLevel.Debug, "Acknowledged {EventId}, attempt {Attempt}, which was handled before")]
    private partial void LogDuplicate(string eventId, int attempt);

    /// <summary>Not acknowledged while the first is still being handled: should that fail, the event must come again.</summary>
    private sealed class TryLater : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            return TypedResults.Problem("The event is being handled right now.", statusCode: StatusCodes.Status503ServiceUnavailable)
                .ExecuteAsync(httpContext);
        }
    }
}

/// <summary>The answer to a verification.</summary>
internal sealed record Echo(string Challenge);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Echo))]
internal sealed partial class ReceiverJson : JsonSerializerContext;
