using Sineta.Delivery.History;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>The filters of the delivery log and of its export, as they are written in a query.</summary>
internal static class DeliveryQuery
{
    public const int MaxLearnerLength = 255;

    public const string PartialPages =
        "A page may hold fewer rows than its limit, even none, while next_cursor is not null: the search goes on from there.";

    public const string Moments = "RFC 3339 with an offset, or yyyy-MM-dd HH:mm:ss in the institution's time zone.";

    private static readonly string[] Statuses = [.. Enum.GetValues<DeliveryStatus>().Select(NameOf)];

    /// <summary>The types that there may be deliveries of.</summary>
    public static IReadOnlyList<string> Types { get; } =
        [.. EventTypes.All.Select(static t => t.Slug), EndpointDisabled.SlugText, EndpointVerification.SlugText];

    public static string NameOf(DeliveryStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>Reads the filter; its faults are the query's.</summary>
    /// <param name="query">The query.</param>
    /// <param name="clock">The institution's, for times that have no offset.</param>
    /// <param name="list">Names the list with its filters, for its cursors.</param>
    public static DeliveryFilter Read(QueryReader query, InstitutionClock clock, out string list)
    {
        var filter = new DeliveryFilter
        {
            EndpointId = query.Id("endpoint", PublicId.Endpoint),
            EventId = query.Id("event", PublicId.Event),
            Slug = query.OneOf("type", Types),
            Status = ReadStatus(query),
            Learner = query.Term("learner", MaxLearnerLength),
            From = query.Moment("from", clock),
            Until = query.Moment("to", clock),
        };
        list = query.NameList("deliveries", "endpoint", "event", "type", "status", "learner", "from", "to");
        return filter;
    }

    /// <summary>Reads the filter of what comes: what depends on the time, or on one event, is of no use there.</summary>
    public static DeliveryFilter ReadLive(QueryReader query) => new()
    {
        EndpointId = query.Id("endpoint", PublicId.Endpoint),
        Slug = query.OneOf("type", Types),
        Status = ReadStatus(query),
        Learner = query.Term("learner", MaxLearnerLength),
    };

    private static DeliveryStatus? ReadStatus(QueryReader query) =>
        query.OneOf("status", Statuses) is { } status ? Enum.Parse<DeliveryStatus>(status, ignoreCase: true) : null;

    /// <summary>Describes the filters.</summary>
    public static TBuilder TakesDeliveryFilters<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route
            .TakesQuery("endpoint", "Deliveries to this endpoint, ep_….")
            .TakesQuery("event", "Deliveries of this event, evt_….")
            .TakesQuery("type", "Deliveries of events of this type.")
            .TakesQuery("status", "pending, held, delivered or failed.")
            .TakesQuery("learner", "Deliveries of this learner's events.")
            .TakesQuery("from", "Made at this moment or later, " + Moments)
            .TakesQuery("to", "Made before this moment, " + Moments);
}
