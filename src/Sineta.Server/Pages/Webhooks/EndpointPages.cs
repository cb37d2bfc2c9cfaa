using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Storage;
using Endpoint = Sineta.Delivery.Endpoints.Endpoint;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>Where an institution's events go: the list, a new one, one of them, and its settings.</summary>
internal static class EndpointPages
{
    private static readonly TimeSpan Glance = TimeSpan.FromDays(1);

    public static void Map(RouteGroupBuilder endpoints)
    {
        endpoints.MapGet("", ListAsync);
        endpoints.MapPost("", CreateAsync);
        endpoints.MapGet("/new", static RazorComponentResult () => NewEndpointPage.Of(new(EndpointForm.Of(new EndpointDraft()))));
        endpoints.MapGet("/{id}", ShowAsync);
        endpoints.MapGet("/{id}/settings", ShowSettings);
        endpoints.MapPost("/{id}/settings", ChangeAsync);
    }

    /// <summary>The endpoint of a route; null where the institution has no such.</summary>
    public static Endpoint? Find(Configuration configuration, Viewer viewer, string id) =>
        PublicId.TryParse(PublicId.Endpoint, id, out var parsed) ? configuration.FindEndpoint(viewer.InstitutionId, parsed) : null;

    private static async Task<RazorComponentResult> ListAsync(
        Viewer viewer, Configuration configuration, DeliveryOverviewStore overview, CancellationToken cancellationToken)
    {
        var all = configuration.EndpointsOf(viewer.InstitutionId).OrderBy(static e => e.Id).ToList();
        var glances = await overview.GlanceAsync(viewer.InstitutionId, [.. all.Select(e => e.Id)], Glance, cancellationToken);
        return EndpointsPage.Of(new([.. all.Select(e => new EndpointRow(e, glances[e.Id]))]));
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> CreateAsync(
        Form form, Viewer viewer, HttpContext context, EndpointRegistry registry, EndpointVerifier verifier, Notices notices,
        CancellationToken cancellationToken)
    {
        var draft = EndpointForm.Read(form);
        var change = form.HasFaults ? null : await registry.CreateAsync(viewer.InstitutionId, draft, cancellationToken);
        if (change is EndpointChange.Made made)
        {
            await verifier.VerifyAsync(made.Endpoint, cancellationToken);
            notices.Leave(context, new Notice(WebhookTexts.EndpointCreated, Secret: made.Endpoint.Secrets[0].Secret.Reveal()));
            return TypedResults.LocalRedirect(Words.PathOf(made.Endpoint));
        }

        Refuse(form, change);
        return NewEndpointPage.Of(new(form), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Results<RazorComponentResult, NotFound>> ShowAsync(
        string id, string? window, Viewer viewer, Configuration configuration, DeliveryOverviewStore overview,
        CancellationToken cancellationToken)
    {
        if (Find(configuration, viewer, id) is not { } endpoint)
            return TypedResults.NotFound();
        var chosen = ChartWindow.Of(window);
        var glance = await overview.GlanceAsync(viewer.InstitutionId, [endpoint.Id], chosen.Length, cancellationToken);
        var shown = await overview.ReadAsync(viewer.InstitutionId, [endpoint.Id], chosen.Length, chosen.Step, cancellationToken);
        return EndpointPage.Of(new(endpoint, glance[endpoint.Id], shown, chosen));
    }

    private static Results<RazorComponentResult, NotFound> ShowSettings(string id, Viewer viewer, Configuration configuration) =>
        Find(configuration, viewer, id) is { } endpoint
            ? EndpointSettingsPage.Of(new(endpoint, EndpointForm.Of(EndpointDraft.Of(endpoint)))) : TypedResults.NotFound();

    private static async Task<Results<RedirectHttpResult, RazorComponentResult, NotFound>> ChangeAsync(
        string id, Form form, Viewer viewer, HttpContext context, Configuration configuration, EndpointRegistry registry,
        EndpointVerifier verifier, Notices notices, CancellationToken cancellationToken)
    {
        if (Find(configuration, viewer, id) is not { } endpoint)
            return TypedResults.NotFound();
        var draft = EndpointForm.Read(form);
        var change = form.HasFaults ? null : await registry.UpdateAsync(viewer.InstitutionId, endpoint.Id, _ => draft, cancellationToken);
        if (change is EndpointChange.Made made)
        {
            if (made.Endpoint.VerifiedAt is null && made.Endpoint.Url != endpoint.Url)
                await verifier.VerifyAsync(made.Endpoint, cancellationToken);
            notices.Leave(context, new Notice(WebhookTexts.EndpointSaved));
            return TypedResults.LocalRedirect(Words.PathOf(endpoint));
        }

        Refuse(form, change);
        return EndpointSettingsPage.Of(new(endpoint, form), StatusCodes.Status422UnprocessableEntity);
    }

    private static void Refuse(Form form, EndpointChange? change)
    {
        if (change is EndpointChange.Refused refused)
            form.Refuse(refused.Faults);
        else if (change is EndpointChange.Impossible impossible)
            form.Refuse("url", Sentences.InPageLanguage(impossible.Sentence));
    }
}
