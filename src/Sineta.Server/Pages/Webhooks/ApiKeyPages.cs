using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>An institution's keys for the API.</summary>
internal static class ApiKeyPages
{
    public static void Map(RouteGroupBuilder keys)
    {
        keys.MapGet("", ListAsync);
        keys.MapPost("", CreateAsync);
        keys.MapPost("/{id}/revoke", RevokeAsync);
    }

    /// <summary>
    /// What a person's keys may do: no more than the person. An integrator's have no <c>read</c>, which shows the campus too; what there is
    /// to be read of webhooks, <c>webhooks:manage</c> reads.
    /// </summary>
    public static Scopes GrantableBy(Viewer viewer) =>
        viewer.Is(Roles.Integrator) ? Scopes.EventsWrite | Scopes.WebhooksManage : Scopes.All;

    private static async Task<RazorComponentResult> ListAsync(Viewer viewer, ApiKeyStore keys, CancellationToken cancellationToken) =>
        ApiKeysPage.Of(new(Form.Of(), await keys.ListAsync(viewer.Institution!, cancellationToken), GrantableBy(viewer)));

    private static async Task<Results<RedirectHttpResult, RazorComponentResult>> CreateAsync(
        Form form, Viewer viewer, HttpContext context, ApiKeyStore keys, Configuration configuration, Notices notices,
        CancellationToken cancellationToken)
    {
        var name = form.Required("name");
        if (!form.HasFaults && NameRules.FaultOf(name, NameRules.MaxApiKeyName) is { } fault)
            form.Refuse("name", Sentences.InPageLanguage(fault));
        var scopes = ScopesOf(form.All("scopes")) & GrantableBy(viewer);
        if (scopes == Scopes.None)
            form.Refuse("scopes", WebhookTexts.ScopesNeeded);
        if (form.HasFaults)
        {
            var all = await keys.ListAsync(viewer.Institution!, cancellationToken);
            return ApiKeysPage.Of(new(form, all, GrantableBy(viewer)), StatusCodes.Status422UnprocessableEntity);
        }

        var issued = await keys.CreateAsync(viewer.Institution!, name, scopes, cancellationToken);
        await configuration.CatchUpAsync(issued.Version, cancellationToken);
        notices.Leave(context, new Notice(WebhookTexts.ApiKeyCreated.With(name), Secret: issued.Token));
        return TypedResults.LocalRedirect("/webhooks/api-keys");
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> RevokeAsync(
        string id, Viewer viewer, HttpContext context, ApiKeyStore keys, Configuration configuration, Notices notices,
        CancellationToken cancellationToken)
    {
        if (!PublicId.TryParse(PublicId.ApiKey, id, out var key)
            || await keys.RevokeAsync(viewer.InstitutionId, key, cancellationToken) is not { } version)
            return TypedResults.NotFound();
        await configuration.CatchUpAsync(version, cancellationToken);
        notices.Leave(context, new Notice(WebhookTexts.ApiKeyRevoked));
        return TypedResults.LocalRedirect("/webhooks/api-keys");
    }

    private static Scopes ScopesOf(IEnumerable<string> names) =>
        names.Aggregate(Scopes.None, static (all, name) => ScopeNames.TryParse(name, out var scope) ? all | scope : all);
}

public sealed record ApiKeysModel(Form Form, IReadOnlyList<ApiKey> Keys, Scopes Grantable);
