using Sineta.Learning;
using Sineta.Learning.Trails;

namespace Sineta.Server.Api;

/// <summary>A trail as the API shows it.</summary>
/// <param name="Status">draft, published or archived.</param>
/// <param name="Items">In order.</param>
public sealed record TrailBody(
    long Id, string Name, string Description, string Status, IReadOnlyList<TrailItemBody> Items, DateTimeOffset CreatedAt)
{
    internal static TrailBody Of(Trail trail) => new(
        trail.Id, trail.Name, trail.Description, Words.Of(trail.Status), [.. trail.Items.Select(TrailItemBody.Of)], trail.CreatedAt);
}

/// <param name="CourseId">Null where it is a content that stands alone.</param>
/// <param name="ContentId">Null where it is a course.</param>
/// <param name="Name">The course's name or the content's title.</param>
/// <param name="Open">It is published. What is not any more still counts until it is taken out of the trail.</param>
public sealed record TrailItemBody(long? CourseId, long? ContentId, string Name, bool Required, bool Open)
{
    internal static TrailItemBody Of(TrailItem item) => new(item.CourseId, item.ContentId, item.Name, item.Required, item.IsOpen);
}

/// <summary>A learner's way through a trail.</summary>
/// <param name="FinishedAt">Null while it is not finished; set once, whatever becomes of the trail.</param>
/// <param name="Done">How many of the items required now are complete.</param>
/// <param name="Required">How many items the trail requires now.</param>
public sealed record ParticipantBody(
    long TrailId, long UserId, string Name, string Email, DateTimeOffset JoinedAt, DateTimeOffset? FinishedAt, int Done, int Required)
{
    internal static ParticipantBody Of(TrailParticipation way) => new(
        way.TrailId, way.UserId, way.UserName, way.UserEmail, way.JoinedAt, way.FinishedAt, way.Done, way.Required);
}
