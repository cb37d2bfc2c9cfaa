using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.History;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;

namespace Sineta.Server.Api;

/// <summary>Sends one delivery again.</summary>
public static class ResendApi
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapPost("/deliveries/{id}/resend", ResendAsync).WithTags("Deliveries").Requires(Scopes.WebhooksManage)
            .WithName("resendDelivery").WithSummary("Send a delivery again")
            .WithDescription("202 where it had ended, delivered or failed: a new delivery takes the same event to the same endpoint. "
                + "200 where it is still open: it goes now rather than at its next retry.");

    private static async Task<Results<Accepted<ResentBody>, Ok<ResentBody>, ProblemResult>> ResendAsync(
        string id, Caller caller, Resend resend, CancellationToken cancellationToken)
    {
        if (!PublicId.TryParse(PublicId.Delivery, id, out var deliveryId))
            return Unknown();
        return await resend.SendAsync(caller.InstitutionId, deliveryId, cancellationToken) switch
        {
            ResendResult.Opened opened => TypedResults.Accepted((string?)null, BodyOf(opened.Id)),
            ResendResult.Hastened => TypedResults.Ok(BodyOf(deliveryId)),
            ResendResult.Impossible impossible => ProblemTypes.Conflict.With(impossible.Sentence),
            _ => Unknown(),
        };
    }

    private static ProblemResult Unknown() => ProblemTypes.NotFound.With("There is no such delivery.");

    private static ResentBody BodyOf(Guid id) => new(PublicId.Format(PublicId.Delivery, id));

    /// <param name="Id">The delivery that goes out now.</param>
    public sealed record ResentBody(string Id);
}
