using System.ComponentModel.DataAnnotations;

namespace Sineta.Learning.People;

/// <summary>A school of the institution, with the users who manage it, by their names.</summary>
public sealed record School(long Id, string Name, IReadOnlyList<SchoolManagerName> Managers, DateTimeOffset CreatedAt);

/// <summary>A user who manages a school.</summary>
public sealed record SchoolManagerName(long UserId, string Name);

/// <summary>What is given of a school.</summary>
public sealed record SchoolDraft
{
    /// <summary>1 to 255 characters.</summary>
    [Required, MaxLength(Names.MaxLength)]
    public string? Name { get; init; }

    /// <summary>The users who manage it; at most 100.</summary>
    public IReadOnlyList<long> ManagerIds { get; init; } = [];

    /// <summary>What is set now.</summary>
    public static SchoolDraft Of(School school) => new() { Name = school.Name, ManagerIds = [.. school.Managers.Select(m => m.UserId)] };
}
