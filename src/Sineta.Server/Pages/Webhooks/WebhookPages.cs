namespace Sineta.Server.Pages.Webhooks;

/// <summary>The pages of integrators: everything that the API does for webhooks, done and seen by a person.</summary>
internal static class WebhookPages
{
    public const Roles OpenTo = Roles.Integrator | Roles.Manager | Roles.Operator;

    public static void Map(RouteGroupBuilder pages)
    {
        var webhooks = pages.MapGroup("/webhooks").Admits(OpenTo).OfAnInstitution();
        OverviewPages.Map(webhooks);
        EndpointPages.Map(webhooks.MapGroup("/endpoints"));
        EndpointActions.Map(webhooks.MapGroup("/endpoints/{id}"));
        DeliveryPages.Map(webhooks.MapGroup("/deliveries"));
        ReplayPages.Map(webhooks.MapGroup("/replays"));
        CataloguePages.Map(webhooks.MapGroup("/events"));
        ApiKeyPages.Map(webhooks.MapGroup("/api-keys"));
        AuditPages.Map(webhooks.MapGroup("/audit"));
    }
}
