using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Storage;
using Endpoint = Sineta.Delivery.Endpoints.Endpoint;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>What things are called on the pages, and the colours that go with it.</summary>
internal static class Words
{
    public static (string Text, string Tone) Of(EndpointStatus status) => status switch
    {
        EndpointStatus.Active => (WebhookTexts.StatusActive, "ok"),
        EndpointStatus.Paused => (WebhookTexts.StatusPaused, "wait"),
        EndpointStatus.Disabled => (WebhookTexts.StatusDisabled, "bad"),
        _ => (WebhookTexts.StatusUnverified, "wait"),
    };

    public static (string Text, string Tone) Of(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Delivered => (WebhookTexts.DeliveryDelivered, "ok"),
        DeliveryStatus.Failed => (WebhookTexts.DeliveryFailed, "bad"),
        DeliveryStatus.Held => (WebhookTexts.DeliveryHeld, "still"),
        _ => (WebhookTexts.DeliveryPending, "wait"),
    };

    public static (string Text, string Tone) OfReplay(string state) => state switch
    {
        ReplayState.Running => (WebhookTexts.ReplayRunning, "wait"),
        ReplayState.Done => (WebhookTexts.ReplayDone, "ok"),
        _ => (WebhookTexts.ReplayCancelled, "still"),
    };

    public static string OfCause(string cause) => cause switch
    {
        "resend" => WebhookTexts.CauseResend,
        "replay" => WebhookTexts.CauseReplay,
        "test" => WebhookTexts.CauseTest,
        "verification" => WebhookTexts.CauseVerification,
        _ => WebhookTexts.CauseEvent,
    };

    /// <summary>What came of an attempt, in a sentence.</summary>
    public static string Of(AttemptSummary attempt) => attempt switch
    {
        { Problem: { } problem } => Sentences.InPageLanguage(problem),
        { Status: { } status } => WebhookTexts.AnsweredStatus.With(status),
        _ => WebhookTexts.NoAnswer,
    };

    /// <summary>A duration that people read: 840 µs, 12 ms, 1.5 s.</summary>
    public static string Of(TimeSpan? time) => time switch
    {
        null => "–",
        { TotalMilliseconds: < 1 } t => $"{t.TotalMicroseconds:0} µs",
        { TotalMilliseconds: < 1000 } t => $"{t.TotalMilliseconds:0.#} ms",
        { TotalSeconds: < 120 } t => $"{t.TotalSeconds:0.#} s",
        { TotalHours: < 2 } t => $"{t.TotalMinutes:0} min",
        { } t => $"{t.TotalHours:0.#} h",
    };

    public static string OfMicroseconds(int? microseconds) => Of(microseconds is { } us ? TimeSpan.FromMicroseconds(us) : null);

    public static string Share(double? share) => share is { } s ? s.ToString("P1", System.Globalization.CultureInfo.CurrentCulture) : "–";

    public static string IdOf(Endpoint endpoint) => PublicId.Format(PublicId.Endpoint, endpoint.Id);

    public static string PathOf(Endpoint endpoint) => $"/webhooks/endpoints/{IdOf(endpoint)}";

    /// <summary>Where it is, without what all have in common.</summary>
    public static string PlaceOf(Endpoint endpoint) => endpoint.Url.Authority + endpoint.Url.AbsolutePath;

    public static string UrlOf(Endpoint endpoint) => endpoint.Url.AbsoluteUri;
}
