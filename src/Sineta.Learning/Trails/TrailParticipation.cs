namespace Sineta.Learning.Trails;

/// <summary>A learner's way through a trail that they joined.</summary>
/// <param name="FinishedAt">When it was finished; set once, never unset, whatever becomes of the trail (R12).</param>
/// <param name="Done">How many of the items that it requires now are complete.</param>
/// <param name="Required">How many items it requires now; none: it never finishes.</param>
public sealed record TrailParticipation(
    long TrailId, string TrailName, long UserId, string UserName, string UserEmail, DateTimeOffset JoinedAt, DateTimeOffset? FinishedAt,
    int Done, int Required);

/// <summary>An item of a trail as one learner sees it.</summary>
/// <param name="IsDone">The learner completed it, under whatever enrolment.</param>
public sealed record TrailStep(TrailItem Item, bool IsDone);
