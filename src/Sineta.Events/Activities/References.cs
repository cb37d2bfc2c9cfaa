namespace Sineta.Events;

/// <summary>The institution in which it happened.</summary>
/// <param name="Id">Number of the institution.</param>
public sealed record InstitutionRef(long Id);

/// <summary>The course it is about.</summary>
/// <param name="Id">Number of the course.</param>
/// <param name="Name">Name of the course when it happened.</param>
public sealed record CourseRef(long Id, string Name);
