using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Intake;
using Sineta.Events;
using Endpoint = Sineta.Delivery.Endpoints.Endpoint;

namespace Sineta.Server.Pages.Inbox;

/// <summary>A receiver that comes with the server, in development only: what arrives is verified, and shown as it arrives.</summary>
internal static class InboxPages
{
    private static readonly string[] EveryAddress = ["[::]", "0.0.0.0", "*", "+"];
    private const Roles MayConnect = Roles.Integrator | Roles.Manager | Roles.Operator;

    public static void Map(RouteGroupBuilder pages)
    {
        var inbox = pages.MapGroup("/inbox").Admits(Roles.Everybody).OfAnInstitution();
        inbox.MapGet("", (Viewer viewer, Configuration configuration, InboxArrivals arrivals) =>
            InboxPage.Of(ModelOf(viewer, configuration, arrivals)));
        inbox.MapGet("/arrivals", (Viewer viewer, Configuration configuration, InboxArrivals arrivals) =>
            Arrivals.Of(ModelOf(viewer, configuration, arrivals)));
        inbox.MapPost("/connect", ConnectAsync).Admits(MayConnect);
        inbox.MapPost("/test", TestAsync).Admits(MayConnect);
    }

    /// <summary>The address that deliveries for an institution's inbox arrive at.</summary>
    public static void MapReceiver(IEndpointRouteBuilder app) =>
        app.MapPost("/inbox/receive/{institution:long}", InboxReceiver.ReceiveAsync).ExcludeFromDescription();

    public static Endpoint? EndpointOf(Configuration configuration, long institution) =>
        configuration.EndpointsOf(institution).FirstOrDefault(e => e.Url.IsLoopback && e.Url.AbsolutePath == PathOf(institution));

    private static string PathOf(long institution) => $"/inbox/receive/{institution}";

    private static InboxModel ModelOf(Viewer viewer, Configuration configuration, InboxArrivals arrivals) => new(
        EndpointOf(configuration, viewer.InstitutionId), arrivals.Of(viewer.InstitutionId), viewer.Is(MayConnect));

    private static async Task<RedirectHttpResult> ConnectAsync(
        Viewer viewer, HttpContext context, Configuration configuration, EndpointRegistry registry, EndpointVerifier verifier,
        IServer server, Notices notices, CancellationToken cancellationToken)
    {
        var present = EndpointOf(configuration, viewer.InstitutionId);
        var change = present is null
            ? await registry.CreateAsync(viewer.InstitutionId, new EndpointDraft
            {
                Url = new Uri(AddressOf(server), PathOf(viewer.InstitutionId)).AbsoluteUri,
                Description = "Inbox",
            }, cancellationToken)
            : new EndpointChange.Made(present);
        if (change is EndpointChange.Made made && (await verifier.VerifyAsync(made.Endpoint, cancellationToken)).Problem is null)
            notices.Leave(context, new Notice(Texts.InboxConnected));
        else
            notices.Leave(context, new Notice(Texts.InboxNotConnected, Notice.Danger));
        return TypedResults.LocalRedirect("/inbox");
    }

    private static async Task<RedirectHttpResult> TestAsync(
        Viewer viewer, Configuration configuration, EventPublisher publisher, CancellationToken cancellationToken)
    {
        if (EndpointOf(configuration, viewer.InstitutionId) is { IsSentTo: true } endpoint)
            await publisher.PublishSampleAsync(viewer.Institution!, EventTypes.CourseEnrollment, endpoint.Id, cancellationToken);
        return TypedResults.LocalRedirect("/inbox");
    }

    // Where it listens on every address, this machine's own is one of them.
    private static Uri AddressOf(IServer server)
    {
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        foreach (var every in EveryAddress)
            address = address.Replace(every, "127.0.0.1", StringComparison.Ordinal);
        return new Uri(address);
    }
}

/// <param name="Endpoint">Null where the inbox is not connected.</param>
/// <param name="Arrived">The newest first.</param>
public sealed record InboxModel(Endpoint? Endpoint, IReadOnlyList<Arrival> Arrived, bool MayConnect);
