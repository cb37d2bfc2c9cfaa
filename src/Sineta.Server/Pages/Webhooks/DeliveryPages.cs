using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Storage;
using Sineta.Server.Api;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>The log of deliveries: what was sent where, and what came back.</summary>
internal static class DeliveryPages
{
    private const int PageSize = 25;

    private static readonly TimeSpan SessionCheck = TimeSpan.FromMinutes(2);

    // A person rather sees how far the search is, and goes on.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>The filters, as the form and the links name them.</summary>
    private static readonly string[] Filters = ["endpoint", "type", "status", "learner", "event", "from", "to"];

    public static void Map(RouteGroupBuilder deliveries)
    {
        deliveries.MapGet("", ListAsync);
        deliveries.MapGet("/rows", RowsAsync);
        deliveries.MapGet("/live", FollowAsync);
        deliveries.MapGet("/export", Export);
        deliveries.MapGet("/{id}", ShowAsync);
        deliveries.MapGet("/{id}/state", ShowStateAsync);
        deliveries.MapPost("/{id}/resend", ResendAsync);
    }

    private static async Task<RazorComponentResult> ListAsync(
        HttpRequest request, Viewer viewer, Configuration configuration, DeliveryLog log, CancellationToken cancellationToken) =>
        DeliveriesPage.Of(await ReadAsync(request, viewer, configuration, log, cancellationToken));

    private static async Task<RazorComponentResult> RowsAsync(
        HttpRequest request, Viewer viewer, Configuration configuration, DeliveryLog log, CancellationToken cancellationToken) =>
        DeliveryRows.Of(await ReadAsync(request, viewer, configuration, log, cancellationToken));

    /// <summary>Tells the page's script when to ask for the rows again; now and then it ends, so that the session is looked at anew.</summary>
    private static async Task<Results<EventStreamAnswer, StatusCodeHttpResult>> FollowAsync(
        HttpRequest request, Viewer viewer, AttemptStream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        var form = Form.Of(Filters.Where(request.Query.ContainsKey).Select(f => (f, request.Query[f])));
        StreamPosition? last = StreamPosition.TryParse(request.Headers["Last-Event-ID"], out var position) ? position : null;
        var until = time.GetUtcNow() + SessionCheck;
        var listener = await stream.ListenAsync(
            viewer.InstitutionId, FilterOf(form, viewer), last, () => time.GetUtcNow() < until, cancellationToken);
        return listener is null ? TypedResults.StatusCode(StatusCodes.Status429TooManyRequests) : new EventStreamAnswer(listener);
    }

    private static async Task<DeliveriesModel> ReadAsync(
        HttpRequest request, Viewer viewer, Configuration configuration, DeliveryLog log, CancellationToken cancellationToken)
    {
        var query = request.Query;
        var form = Form.Of(Filters.Where(query.ContainsKey).Select(f => (f, query[f])));
        var before = Guid.TryParseExact(query["before"], "N", out var position) ? position : (Guid?)null;
        var filter = FilterOf(form, viewer) with { Patience = Patience };
        var page = form.HasFaults
            ? new Delivery.History.Page<DeliveryEntry>([], null)
            : await log.ReadAsync(viewer.InstitutionId, filter, before, PageSize, cancellationToken);
        var address = QueryHelpers.AddQueryString("", Filters.ToDictionary(f => f, form.TextOrNull));
        return new DeliveriesModel(
            form, [.. configuration.EndpointsOf(viewer.InstitutionId).OrderBy(static e => e.Id)], page, address.TrimStart('?'),
            IsLive: query.ContainsKey("live") && before is null, IsFirst: before is null);
    }

    private static DeliveryFilter FilterOf(Form form, Viewer viewer)
    {
        var filter = Read(form, viewer);
        if (filter.From >= filter.Until)
            form.Refuse("to", WebhookTexts.EndsBeforeItBegins);
        return filter;
    }

    private static DeliveryFilter Read(Form form, Viewer viewer) => new()
    {
        EndpointId = form.Id("endpoint", PublicId.Endpoint),
        EventId = form.Id("event", PublicId.Event),
        Slug = form.TextOrNull("type"),
        Status = Enum.TryParse<DeliveryStatus>(form.Text("status"), ignoreCase: true, out var status) ? status : null,
        Learner = form.TextOrNull("learner"),
        From = form.Moment("from", viewer.Institution!.Clock),
        Until = form.Moment("to", viewer.Institution.Clock),
    };

    private static Results<DeliveryExport, RedirectHttpResult> Export(HttpRequest request, Viewer viewer, DeliveryLog log)
    {
        var form = Form.Of(Filters.Where(request.Query.ContainsKey).Select(f => (f, request.Query[f])));
        var filter = FilterOf(form, viewer);
        var format = DeliveryExport.Formats.FirstOrDefault(f => f == request.Query["format"]) ?? DeliveryExport.NdJson;
        return form.HasFaults
            ? TypedResults.LocalRedirect("/webhooks/deliveries" + request.QueryString)
            : new DeliveryExport(log, viewer.InstitutionId, filter, format);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        string id, Viewer viewer, [AsParameters] DeliveryReader reader, CancellationToken cancellationToken) =>
        await ReadAsync(id, viewer, reader, cancellationToken) is { } model ? DeliveryPage.Of(model) : TypedResults.NotFound();

    /// <summary>Nothing, while it is as it was seen.</summary>
    private static async Task<Results<RazorComponentResult, NoContent, NotFound>> ShowStateAsync(
        string id, string? seen, Viewer viewer, [AsParameters] DeliveryReader reader, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, viewer, reader, cancellationToken) is not { } model)
            return TypedResults.NotFound();
        return model.State == seen ? TypedResults.NoContent() : DeliveryState.Of(model);
    }

    private static async Task<DeliveryModel?> ReadAsync(
        string id, Viewer viewer, DeliveryReader reader, CancellationToken cancellationToken)
    {
        if (!PublicId.TryParse(PublicId.Delivery, id, out var parsed)
            || await reader.Deliveries.FindAsync(viewer.InstitutionId, parsed, cancellationToken) is not { } found)
            return null;
        var made = await reader.Attempts.ReadAsync(viewer.InstitutionId, found, cancellationToken);
        return new(
            found, reader.Configuration.FindEndpoint(viewer.InstitutionId, found.EndpointId), made, reader.Time.GetUtcNow());
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> ResendAsync(
        string id, Viewer viewer, HttpContext context, Resend resend, Notices notices, CancellationToken cancellationToken)
    {
        if (!PublicId.TryParse(PublicId.Delivery, id, out var parsed))
            return TypedResults.NotFound();
        var result = await resend.SendAsync(viewer.InstitutionId, parsed, cancellationToken);
        if (result is ResendResult.Unknown)
            return TypedResults.NotFound();
        notices.Leave(context, result switch
        {
            ResendResult.Impossible impossible => new Notice(Sentences.InPageLanguage(impossible.Sentence), Notice.Danger),
            ResendResult.Opened => new Notice(WebhookTexts.Resent),
            _ => new Notice(WebhookTexts.Hastened),
        });
        var shown = result is ResendResult.Opened opened ? opened.Id : parsed;
        return TypedResults.LocalRedirect($"/webhooks/deliveries/{PublicId.Format(PublicId.Delivery, shown)}");
    }
}

/// <param name="Form">The filters as they were typed.</param>
/// <param name="Address">The filters as a query.</param>
/// <param name="IsLive">Whether the list follows what happens.</param>
public sealed record DeliveriesModel(
    Form Form, IReadOnlyList<Delivery.Endpoints.Endpoint> Endpoints, Delivery.History.Page<DeliveryEntry> Page, string Address, bool IsLive,
    bool IsFirst)
{
    public bool IsFiltered => Address.Length > 0;
}

/// <summary>Where the page of a delivery reads what it shows.</summary>
internal sealed record DeliveryReader(Configuration Configuration, DeliveryLog Deliveries, AttemptLog Attempts, TimeProvider Time);

/// <param name="Endpoint">Null where it was deleted.</param>
public sealed record DeliveryModel(
    DeliveryEntry Delivery, Delivery.Endpoints.Endpoint? Endpoint, IReadOnlyList<AttemptEntry> Attempts, DateTimeOffset Now)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    public bool IsVerification => Delivery.Cause == "verification";

    public bool IsOver => Delivery.NextAt is null;

    /// <summary>Whether something is about to happen to it.</summary>
    public bool IsDue => Delivery.Status is DeliveryStatus.Pending && Delivery.NextAt <= Now + Soon;

    /// <summary>Is another once the page shows something else, or is to look again at another pace.</summary>
    public string State => string.Create(
        CultureInfo.InvariantCulture, $"{Delivery.Status}-{Attempts.Count}-{Delivery.NextAt?.ToUnixTimeMilliseconds()}-{IsDue}");
}
