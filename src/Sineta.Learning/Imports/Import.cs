using Sineta.Events;
using Sineta.Learning.People;

namespace Sineta.Learning.Imports;

/// <summary>A file that is read in, by and by.</summary>
/// <param name="EmitsEvents">What it brings about is told, under its original times; otherwise nothing is (R19).</param>
/// <param name="HighestRole">No user is given a higher one.</param>
/// <param name="Total">Rows that came.</param>
/// <param name="Done">Rows that were worked through, the refused ones among them.</param>
/// <param name="KeepsRows">Whether the cells of its refused rows are still there.</param>
public sealed record Import(
    long Id, ImportKind Kind, bool EmitsEvents, Role HighestRole, ImportState State, int Total, int Done, int Refused, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt, bool KeepsRows);

/// <summary>What the rows of an import are.</summary>
public enum ImportKind
{
    Users,
    Enrollments,
    Completions,
}

/// <summary>How far an import is.</summary>
public enum ImportState
{
    /// <summary>Its rows are still arriving. Nobody sees it yet.</summary>
    Receiving,

    /// <summary>Its rows are worked through.</summary>
    Running,

    /// <summary>All of its rows were worked through.</summary>
    Done,

    /// <summary>What was worked through by then stays.</summary>
    Cancelled,

    /// <summary>It ended by a fault of ours, which the log names. What was worked through by then stays.</summary>
    Failed,
}

/// <summary>A row that was refused.</summary>
/// <param name="Line">Of the file, from 1.</param>
/// <param name="Faults">Every one, by column; an empty pointer is the whole row.</param>
/// <param name="Cells">In the order of its kind's columns, as far as they could be read; none where not asked for, or not kept.</param>
public sealed record ImportRefusal(int Line, IReadOnlyList<Fault> Faults, IReadOnlyList<string?> Cells);

/// <summary>A row as it came.</summary>
/// <param name="Cells">In the order of its kind's columns; null where nothing was given.</param>
/// <param name="Fault">Why it could not be read, so that nothing may be made of its cells.</param>
internal sealed record ImportRow(int Line, string?[] Cells, string? Fault = null);
