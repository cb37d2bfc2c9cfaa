using System.Text;
using System.Text.Json.Serialization;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.History;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Api;

/// <summary>A delivery as the log lists it.</summary>
public record DeliveryBody
{
    internal DeliveryBody(DeliveryEntry entry)
    {
        Id = PublicId.Format(PublicId.Delivery, entry.Id);
        EventId = PublicId.Format(PublicId.Event, entry.EventId);
        EndpointId = PublicId.Format(PublicId.Endpoint, entry.EndpointId);
        Type = entry.Slug;
        Learner = entry.Learner;
        Cause = entry.Cause;
        ReplayId = entry.ReplayId is { } replay ? PublicId.Format(PublicId.Replay, replay) : null;
        Status = DeliveryQuery.NameOf(entry.Status);
        AttemptCount = entry.Attempts;
        CreatedAt = entry.CreatedAt;
        NextAttemptAt = entry.NextAt;
        LastAttempt = entry.Last is { } last ? new AttemptSummaryBody(last) : null;
    }

    public string Id { get; }

    public string EventId { get; }

    public string EndpointId { get; }

    public string Type { get; }

    public string? Learner { get; }

    /// <summary>event, resend, replay or test; verification for a handshake.</summary>
    public string Cause { get; }

    public string? ReplayId { get; }

    /// <summary>pending, held (its endpoint is not active), delivered or failed.</summary>
    public string Status { get; }

    public int AttemptCount { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>Null once the delivery has ended.</summary>
    public DateTimeOffset? NextAttemptAt { get; }

    public AttemptSummaryBody? LastAttempt { get; }
}

/// <summary>What came of an attempt.</summary>
public sealed record AttemptSummaryBody
{
    internal AttemptSummaryBody(AttemptSummary summary) => (At, Outcome, Status, Problem, DurationMs) =
        (summary.StartedAt, summary.Outcome, summary.Status, summary.Problem, summary.TotalMicroseconds / 1000.0);

    public DateTimeOffset At { get; }

    /// <summary>delivered, refused, unreachable; abandoned where the delivery ended without a call.</summary>
    public string Outcome { get; }

    public int? Status { get; }

    public string? Problem { get; }

    public double? DurationMs { get; }
}

/// <summary>A delivery with all its attempts.</summary>
public sealed record DeliveryDetailBody : DeliveryBody
{
    internal DeliveryDetailBody(DeliveryEntry entry, IReadOnlyList<AttemptEntry> attempts, Caller caller)
        : base(entry) => Attempts = [.. attempts.Select(a => new AttemptBody(a, caller))];

    public IReadOnlyList<AttemptBody> Attempts { get; }
}

/// <summary>One HTTP call: what was sent, what came back, and how long each phase took.</summary>
public sealed record AttemptBody
{
    internal AttemptBody(AttemptEntry entry, Caller caller)
    {
        Number = entry.Number;
        Node = entry.Node;
        Concluded = entry.Concluded;
        Result = new AttemptSummaryBody(entry.Summary);
        RemoteAddress = entry.RemoteAddress;
        TlsVersion = entry.TlsVersion;
        HttpVersion = entry.HttpVersion;
        TimingsMs = entry.Timings is { } timings ? new TimingsBody(timings) : null;
        var sent = ShownBody.Of(entry.Request?.Body ?? default, caller.SeesSentCpfs);
        Request = entry.Request is { } request ? new RequestBody(request, sent, caller.Scopes.HasFlag(Scopes.WebhooksManage)) : null;
        Response = entry.Response is { } response ? new ResponseBody(response, sent) : null;
    }

    /// <summary>From 1; 0 is an end without a call.</summary>
    public int Number { get; }

    public string Node { get; }

    /// <summary>Whether it ended the delivery.</summary>
    public bool Concluded { get; }

    public AttemptSummaryBody Result { get; }

    public string? RemoteAddress { get; }

    public string? TlsVersion { get; }

    public string? HttpVersion { get; }

    public TimingsBody? TimingsMs { get; }

    public RequestBody? Request { get; }

    public ResponseBody? Response { get; }
}

/// <summary>Milliseconds. The first three are null where the connection was there already.</summary>
public sealed record TimingsBody
{
    internal TimingsBody(AttemptTimings timings) => (Dns, Connect, Tls, FirstByte, Total) =
        (timings.Dns / 1000.0, timings.Connect / 1000.0, timings.Tls / 1000.0, timings.FirstByte / 1000.0, timings.Total / 1000.0);

    public double? Dns { get; }

    public double? Connect { get; }

    public double? Tls { get; }

    public double? FirstByte { get; }

    public double Total { get; }
}

public sealed record HeaderBody(string Name, string Value);

/// <summary>A request as it was sent.</summary>
public sealed record RequestBody
{
    private const string Hidden = "***";

    internal RequestBody(SentRequest request, ShownBody sent, bool revealsHeaders)
    {
        Url = request.Url.ToString();
        Headers = [.. from header in request.Headers
                      let shown = revealsHeaders || !request.OwnHeaders.Contains(header.Key)
                      select new HeaderBody(header.Key, shown ? header.Value : Hidden)];
        Body = Encoding.UTF8.GetString(sent.Bytes.Span);
        CpfMasked = sent.Hidden is not null;
    }

    public string Method { get; } = "POST";

    public string Url { get; }

    /// <summary>The endpoint's own ones with their values only for keys that may change them: they may be secrets.</summary>
    public IReadOnlyList<HeaderBody> Headers { get; }

    /// <summary>The very text, masked where the endpoint asked for that.</summary>
    public string Body { get; }

    /// <summary>
    /// Whether the CPF that was sent is hidden here, as it is from keys that have the scope read alone: the signature is not of this text.
    /// </summary>
    public bool CpfMasked { get; }
}

/// <summary>An answer as far as it was read.</summary>
public sealed record ResponseBody
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal ResponseBody(ReceivedResponse response, ShownBody sent)
    {
        var body = sent.Hide(response.Body);
        Status = response.Status;
        Headers = [.. sent.Hide(response.Headers)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];
        Truncated = response.Cut;
        try
        {
            Body = Strict.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            BodyBase64 = Convert.ToBase64String(body);
        }
    }

    public int Status { get; }

    public IReadOnlyList<HeaderBody> Headers { get; }

    /// <summary>As text; null where it is none. The request's CPF is hidden here where it is hidden there.</summary>
    public string? Body { get; }

    /// <summary>Where it is no UTF-8, its bytes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BodyBase64 { get; }

    /// <summary>Whether it went on.</summary>
    public bool Truncated { get; }

    private static HeaderBody Parse(string line) =>
        line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? new(line[..colon], line[(colon + 1)..].Trim()) : new(line, "");
}
