using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Intake;
using Sineta.Events;
using Endpoint = Sineta.Delivery.Endpoints.Endpoint;

namespace Sineta.Server.Pages.Inbox;

/// <summary>A receiver that comes with the server, in development only: what arrives is verified, and shown as it arrives.</summary>
internal static class InboxPages
{
    /// <summary>What arrives names people, with their CPF.</summary>
    public const Roles OpenTo = Roles.Integrator | Roles.Manager | Roles.Operator;

    public static void Map(RouteGroupBuilder pages)
    {
        var inbox = pages.MapGroup("/inbox").Admits(OpenTo).OfAnInstitution();
        inbox.MapGet("", RazorComponentResult (Viewer viewer, Configuration configuration, InboxArrivals arrivals) =>
            InboxPage.Of(ModelOf(viewer, configuration, arrivals)));
        inbox.MapGet("/arrivals", RazorComponentResult (Viewer viewer, Configuration configuration, InboxArrivals arrivals) =>
            Arrivals.Of(ModelOf(viewer, configuration, arrivals)));
        inbox.MapPost("/connect", ConnectAsync);
        inbox.MapPost("/test", TestAsync);
    }

    /// <summary>The address that deliveries for an institution's inbox arrive at.</summary>
    public static void MapReceiver(IEndpointRouteBuilder app) =>
        app.MapPost("/inbox/receive/{institution:long}", InboxReceiver.ReceiveAsync).ExcludeFromDescription();

    private static InboxModel ModelOf(Viewer viewer, Configuration configuration, InboxArrivals arrivals) => new(
        InboxConnection.EndpointOf(configuration, viewer.InstitutionId), arrivals.Of(viewer.InstitutionId));

    private static async Task<RedirectHttpResult> ConnectAsync(
        Viewer viewer, HttpContext context, InboxConnection connection, Notices notices, CancellationToken cancellationToken)
    {
        notices.Leave(context, await connection.ConnectAsync(viewer.InstitutionId, cancellationToken)
            ? new Notice(Texts.InboxConnected) : new Notice(Texts.InboxNotConnected, Notice.Danger));
        return TypedResults.LocalRedirect("/inbox");
    }

    private static async Task<RedirectHttpResult> TestAsync(
        Viewer viewer, Configuration configuration, EventPublisher publisher, CancellationToken cancellationToken)
    {
        if (InboxConnection.EndpointOf(configuration, viewer.InstitutionId) is { IsSentTo: true } endpoint)
            await publisher.PublishSampleAsync(viewer.Institution!, EventTypes.CourseEnrollment, endpoint.Id, cancellationToken);
        return TypedResults.LocalRedirect("/inbox");
    }
}

/// <param name="Endpoint">Null where the inbox is not connected.</param>
/// <param name="Arrived">The newest first.</param>
public sealed record InboxModel(Endpoint? Endpoint, IReadOnlyList<Arrival> Arrived);
