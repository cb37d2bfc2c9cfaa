using Sineta.Events;

namespace Sineta.Receiver;

/// <summary>
/// What to do with each event. A handler is given the event, what came with it, and a token that is cancelled when the sender hangs up
/// (by default after 15 seconds). The delivery is acknowledged when the handler returns; one that throws is delivered again later.
/// An event without a handler is acknowledged and passed over.
/// </summary>
public sealed class WebhookHandlers
{
    private readonly List<WebhookSecret> _secrets = [];
    private readonly Dictionary<string, Handler> _handlers = new(StringComparer.Ordinal);
    private Handler? _anyActivity;

    internal delegate Task Handler(object content, ReceivedDelivery delivery, CancellationToken cancellationToken);

    internal WebhookSecret[] Secrets => [.. _secrets];

    internal Handler? Other { get; private set; }

    internal HandledEvents Handled { get; private set; } = new HandledEventsInMemory();

    /// <summary>Adds a secret with which deliveries may be signed; while one is rotated there are two.</summary>
    /// <param name="secret"><c>whsec_…</c>, as shown when the endpoint was created.</param>
    /// <exception cref="FormatException">It is missing, or is no secret.</exception>
    public WebhookHandlers AddSecret(string? secret)
    {
        _secrets.Add(WebhookSecret.Parse(secret ?? ""));
        return this;
    }

    /// <summary>Remembers the events that this path handled there; without this, in the memory of the process.</summary>
    public WebhookHandlers RememberIn(HandledEvents handled)
    {
        Handled = handled;
        return this;
    }

    /// <summary>Handles <c>activities.content.completed</c>.</summary>
    public WebhookHandlers OnContentCompleted(Func<ContentCompleted, ReceivedDelivery, CancellationToken, Task> handler) =>
        On(EventTypes.ContentCompleted.Slug, handler);

    /// <summary>Handles <c>activities.course.completed</c>.</summary>
    public WebhookHandlers OnCourseCompleted(Func<CourseCompleted, ReceivedDelivery, CancellationToken, Task> handler) =>
        On(EventTypes.CourseCompleted.Slug, handler);

    /// <summary>Handles <c>activities.trail.completed</c>.</summary>
    public WebhookHandlers OnTrailCompleted(Func<TrailCompleted, ReceivedDelivery, CancellationToken, Task> handler) =>
        On(EventTypes.TrailCompleted.Slug, handler);

    /// <summary>Handles <c>activities.certificate.issued</c>.</summary>
    public WebhookHandlers OnCertificateIssued(Func<CertificateIssued, ReceivedDelivery, CancellationToken, Task> handler) =>
        On(EventTypes.CertificateIssued.Slug, handler);

    /// <summary>Handles <c>activities.course.enrollment</c>.</summary>
    public WebhookHandlers OnCourseEnrollment(Func<CourseEnrollment, ReceivedDelivery, CancellationToken, Task> handler) =>
        On(EventTypes.CourseEnrollment.Slug, handler);

    /// <summary>Handles those of the five events that have no handler of their own.</summary>
    public WebhookHandlers OnAnyActivity(Func<ActivityEvent, ReceivedDelivery, CancellationToken, Task> handler)
    {
        _anyActivity = Untyped(handler);
        return this;
    }

    /// <summary>Handles <c>webhooks.endpoint.disabled</c>: another endpoint of the institution gets no more deliveries.</summary>
    public WebhookHandlers OnEndpointDisabled(Func<EndpointDisabled, ReceivedDelivery, CancellationToken, Task> handler) =>
        On(EndpointDisabled.SlugText, handler);

    /// <summary>Handles events that this version does not know, by their slug; the body is in the delivery.</summary>
    public WebhookHandlers OnOther(Func<string, ReceivedDelivery, CancellationToken, Task> handler)
    {
        Other = Untyped(handler);
        return this;
    }

    internal Handler? For(OperationalEvent operational) => _handlers.GetValueOrDefault(operational.Slug);

    internal Handler? For(ActivityEvent activity) => _handlers.GetValueOrDefault(activity.Type.Slug) ?? _anyActivity;

    private static Handler Untyped<T>(Func<T, ReceivedDelivery, CancellationToken, Task> handler) =>
        (content, delivery, cancellationToken) => handler((T)content, delivery, cancellationToken);

    private WebhookHandlers On<T>(string slug, Func<T, ReceivedDelivery, CancellationToken, Task> handler)
    {
        _handlers.Add(slug, Untyped(handler));
        return this;
    }
}
