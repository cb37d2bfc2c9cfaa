using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Sineta.Learning.Trails;

/// <summary>A way through courses and contents that stand alone, in order.</summary>
public sealed record Trail(
    long Id, string Name, string Description, TrailStatus Status, IReadOnlyList<TrailItem> Items, DateTimeOffset CreatedAt);

/// <summary>A course or a content of a trail: one of the two ids is given.</summary>
/// <param name="Name">The course's name or the content's title, as it is now.</param>
/// <param name="Required">The trail is finished by completing all that is required.</param>
/// <param name="IsOpen">It is published, and can be studied. One that is not any more still counts until it is taken out of the trail.</param>
public sealed record TrailItem(long? CourseId, long? ContentId, string Name, bool Required, bool IsOpen);

/// <summary>Who sees a trail.</summary>
public enum TrailStatus
{
    /// <summary>Nobody can join it yet.</summary>
    Draft,

    /// <summary>It can be joined. It is no draft ever again.</summary>
    Published,

    /// <summary>It cannot be joined any more; whoever joined it may still finish it.</summary>
    Archived,
}

/// <summary>What is given of a trail, as it was typed: <see cref="TrailRules"/> say whether it can be.</summary>
public sealed record TrailDraft
{
    /// <summary>1 to 255 characters.</summary>
    [Required, MaxLength(Names.MaxLength)]
    public string? Name { get; init; }

    /// <summary>At most 16 KiB in UTF-8.</summary>
    public string Description { get; init; } = "";

    /// <summary>draft, published or archived.</summary>
    public string Status { get; init; } = "draft";

    /// <summary>In order; at most 200.</summary>
    public IReadOnlyList<TrailItemDraft> Items { get; init; } = [];

    /// <summary>What is set now.</summary>
    public static TrailDraft Of(Trail trail) => new()
    {
        Name = trail.Name,
        Description = trail.Description,
        Status = Words.Of(trail.Status),
        Items = [.. trail.Items.Select(TrailItemDraft.Of)],
    };
}

/// <summary>What is given of an item: a course or a content, by its id.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TrailItemDraft
{
    public long? CourseId { get; init; }

    public long? ContentId { get; init; }

    public bool Required { get; init; } = true;

    internal static TrailItemDraft Of(TrailItem item) => new() { CourseId = item.CourseId, ContentId = item.ContentId, Required = item.Required };
}
