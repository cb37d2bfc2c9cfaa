using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Events;

namespace Sineta.Server.Pages.Inbox;

/// <summary>
/// Receives as any integrator's program does: verifies the signature over the raw bytes, answers the challenge, keeps what came. The secret
/// is the endpoint's own.
/// </summary>
internal static class InboxReceiver
{
    public static async Task<Results<Ok, ContentHttpResult, UnauthorizedHttpResult, StatusCodeHttpResult>> ReceiveAsync(
        long institution, HttpRequest request, Configuration configuration, InboxArrivals arrivals, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await ReadAsync(request, cancellationToken) is not { } body)
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        var now = time.GetUtcNow();
        var secrets = InboxConnection.EndpointOf(configuration, institution)?.SecretsAt(now) ?? [];
        var (headers, slug) = (request.Headers, EventReader.TryReadSlug(body, out var named) ? named : null);
        var verification = WebhookSignature.Verify(
            headers[WebhookHeaders.Id], headers[WebhookHeaders.Timestamp], headers[WebhookHeaders.Signature], body, secrets, now);
        if (verification is VerificationResult.NoSecret)
            return TypedResults.Unauthorized();

        arrivals.Add(
            institution, new Arrival(now, slug, verification, Telling(headers), Encoding.UTF8.GetString(body), FaultsOf(slug, body)));
        if (verification is not VerificationResult.Verified)
            return TypedResults.Unauthorized();
        return OperationalEvent.TryRead(body, out var operational) && operational is EndpointVerification asked
            ? TypedResults.Text(asked.Challenge) : TypedResults.Ok();
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var buffer = new byte[EventReader.MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= EventReader.MaxBytes ? buffer[..length] : null;
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Telling(IHeaderDictionary headers) =>
    [
        .. from header in headers
           where header.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)
              || header.Key.StartsWith("sineta-", StringComparison.OrdinalIgnoreCase)
           select KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value.ToString()),
    ];

    private static IReadOnlyList<Fault> FaultsOf(string? slug, byte[] body) =>
        slug is not null && EventTypes.TryFind(slug, out _) && EventReader.ReadBody(body) is EventReading.Refused(var faults) ? faults : [];
}
