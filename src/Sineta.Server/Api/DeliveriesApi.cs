using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.History;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>The log of deliveries: what was sent where, and what came back.</summary>
public static class DeliveriesApi
{
    public static void Map(RouteGroupBuilder v1)
    {
        var deliveries = v1.MapGroup("/deliveries").WithTags("Deliveries").Requires(Scopes.WebhooksManage | Scopes.Read);
        deliveries.MapGet("", ListAsync).TakesDeliveryFilters().TakesPage()
            .WithName("listDeliveries").WithSummary("List deliveries, newest first")
            .WithDescription(DeliveryQuery.PartialPages);
        deliveries.MapGet("/export", ExportAsync).TakesDeliveryFilters().TakesQuery("format", "ndjson (unless given) or csv.")
            .WithName("exportDeliveries").WithSummary("Export deliveries, newest first").WithDescription("All that match, streamed.");
        deliveries.MapGet("/{id}", FindAsync)
            .WithName("getDelivery").WithSummary("Get a delivery with all its attempts, requests and answers");
    }

    private static async Task<Results<Ok<Page<DeliveryBody>>, ProblemResult>> ListAsync(
        Caller caller, HttpRequest http, DeliveryLog log, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var filter = DeliveryQuery.Read(query, caller.Institution.Clock, out var list);
        var (limit, before) = (query.Limit(), query.Cursor<Guid>(list));
        if (query.Refusal() is { } refusal)
            return refusal;
        var page = await log.ReadAsync(caller.InstitutionId, filter, before, limit, cancellationToken);
        return TypedResults.Ok(Page.Of(page, list, static entry => new DeliveryBody(entry)));
    }

    private static Results<DeliveryExport, ProblemResult> ExportAsync(Caller caller, HttpRequest http, DeliveryLog log)
    {
        var query = new QueryReader(http.Query);
        var filter = DeliveryQuery.Read(query, caller.Institution.Clock, out _);
        var format = query.OneOf("format", DeliveryExport.Formats) ?? DeliveryExport.NdJson;
        if (query.Refusal() is { } refusal)
            return refusal;
        return new DeliveryExport(log, caller.InstitutionId, filter, format);
    }

    private static async Task<Results<Ok<DeliveryDetailBody>, ProblemResult>> FindAsync(
        string id, Caller caller, DeliveryLog deliveries, AttemptLog attempts, CancellationToken cancellationToken)
    {
        if (!PublicId.TryParse(PublicId.Delivery, id, out var parsed)
            || await deliveries.FindAsync(caller.InstitutionId, parsed, cancellationToken) is not { } found)
            return ProblemTypes.NotFound.With("There is no such delivery.");
        var made = await attempts.ReadAsync(caller.InstitutionId, found, cancellationToken);
        return TypedResults.Ok(new DeliveryDetailBody(found, made, caller));
    }
}
