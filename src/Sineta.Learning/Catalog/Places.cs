using Sineta.Learning.Storage;

namespace Sineta.Learning.Catalog;

/// <summary>Keeps siblings in order, numbered from 1 without gaps: lessons in their course, contents in their lesson.</summary>
internal static class Places
{
    public const string OfLessons = "lessons";
    public const string OfContents = "contents";

    /// <summary>Numbers the siblings anew, with one of them at a place of its own.</summary>
    /// <param name="siblings">The table, one of those above.</param>
    /// <param name="id">The one that has its place; the others keep their order around it. 0 where none has.</param>
    /// <param name="place">From 1; beyond the end is the end.</param>
    public static Task PutAsync(
        CampusTransaction transaction, string siblings, long parentId, long id, int place, CancellationToken cancellationToken)
    {
        var parent = siblings == OfLessons ? "course_id" : "lesson_id";
        return transaction.ExecuteAsync(
            $"""
            with others as (
                select id, row_number() over (order by position, id)::numeric as place from {siblings}
                where institution_id = $1 and {parent} = $2 and removed_at is null and id <> $3),
            numbered as (
                select id, row_number() over (order by place) as place
                from (select id, place from others union all select $3, $4::numeric - 0.5 where $3 <> 0) placed)
            update {siblings} s set position = n.place from numbered n
            where s.institution_id = $1 and s.id = n.id and s.position <> n.place
            """, [parentId, id, place], cancellationToken);
    }
}
