using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Sineta.Events;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// One attempt's request: pure, made from the event's bytes, the secrets in force and the moment. From the stored timestamp and signature
/// the log makes it again, exactly as it was sent.
/// </summary>
public sealed class SignedRequest
{
    private readonly RenderedEvent _event;
    private readonly RenderedEndpoint _endpoint;
    private readonly string _deliveryId;
    private readonly int _attempt;

    /// <summary>The request of an attempt that was made: nothing is signed anew.</summary>
    public SignedRequest(RenderedEvent @event, RenderedEndpoint endpoint, string deliveryId, int attempt, DateTimeOffset signedAt, string signature)
    {
        _event = @event;
        _endpoint = endpoint;
        _deliveryId = deliveryId;
        _attempt = attempt;
        SignedAt = signedAt;
        Signature = signature;
    }

    public Uri Url => _endpoint.Url;

    /// <summary>The bytes that are signed and sent.</summary>
    public ReadOnlyMemory<byte> Body => _event.BodyFor(_endpoint.MaskCpf);

    /// <summary>When the attempt began; its seconds are signed.</summary>
    public DateTimeOffset SignedAt { get; }

    /// <summary>One <c>v1,…</c> for each secret in force, separated by spaces.</summary>
    public string Signature { get; }

    /// <summary>Signs an attempt about to be made.</summary>
    /// <param name="event">What happened.</param>
    /// <param name="endpoint">Where it goes.</param>
    /// <param name="secrets">The endpoint's secrets in force, at least one.</param>
    /// <param name="deliveryId">The delivery's public id, <c>dlv_…</c>.</param>
    /// <param name="attempt">The attempt's number, from 1.</param>
    /// <param name="now">The moment of the attempt.</param>
    public static SignedRequest Sign(
        RenderedEvent @event, RenderedEndpoint endpoint, ReadOnlySpan<WebhookSecret> secrets,
        string deliveryId, int attempt, DateTimeOffset now)
    {
        var signature = WebhookSignature.Sign(@event.Id, now.ToUnixTimeSeconds(), @event.BodyFor(endpoint.MaskCpf), secrets);
        return new SignedRequest(@event, endpoint, deliveryId, attempt, now, signature);
    }

    /// <summary>Every header that we write, for the page that shows the request. HTTP itself adds <c>host</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ListHeaders() =>
    [
        new("content-type", SignedBody.MediaType),
        new("content-length", Body.Length.ToString(CultureInfo.InvariantCulture)),
        .. _event.Headers,
        .. AttemptHeaders(out _),
        .. _endpoint.Headers,
    ];

    internal HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _endpoint.Url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new SignedBody(Body),
        };
        Add(message, _event.Headers);
        Add(message, AttemptHeaders(out _));
        Add(message, _endpoint.Headers);
        return message;
    }

    /// <summary>The headers of this attempt alone, on the caller's stack.</summary>
    private ReadOnlySpan<KeyValuePair<string, string>> AttemptHeaders([UnscopedRef] out FourHeaders memory)
    {
        memory = default;
        memory[0] = new(WebhookHeaders.Timestamp, SignedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        memory[1] = new(WebhookHeaders.Signature, Signature);
        memory[2] = new(WebhookHeaders.Delivery, _deliveryId);
        memory[3] = new(WebhookHeaders.Attempt, _attempt.ToString(CultureInfo.InvariantCulture));
        return memory;
    }

    private static void Add(HttpRequestMessage message, ReadOnlySpan<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
            message.Headers.TryAddWithoutValidation(name, value);
    }

    [InlineArray(4)]
    private struct FourHeaders
    {
        private KeyValuePair<string, string> _first;
    }
}
