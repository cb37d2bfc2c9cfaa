namespace Sineta.Events;

/// <summary>A learner completed a trail: <c>activities.trail.completed</c>.</summary>
/// <param name="Institution">Where.</param>
/// <param name="User">Who.</param>
/// <param name="Trail">Which trail, and when.</param>
public sealed record TrailCompleted(InstitutionRef Institution, Learner User, FinishedTrail Trail) : ActivityEvent;

/// <summary>The trail as it was when the learner finished it.</summary>
/// <param name="Id">Number of the trail.</param>
/// <param name="Name">Name of the trail.</param>
/// <param name="FinishedAt">When it was finished, local time of the institution.</param>
/// <param name="Courses">Its courses in the trail's order; may be empty.</param>
public sealed record FinishedTrail(long Id, string Name, DateTime FinishedAt, IReadOnlyList<TrailCourse> Courses);

/// <summary>A course of a trail.</summary>
/// <param name="Id">Number of the course.</param>
/// <param name="Title">Name of the course; the wire calls it a title here.</param>
public sealed record TrailCourse(long Id, string Title);
