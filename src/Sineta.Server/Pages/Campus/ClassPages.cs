using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Learning.Classes;
using Sineta.Learning.Progress;

namespace Sineta.Server.Pages.Campus;

/// <summary>The classes that one was invited to.</summary>
internal static class ClassPages
{
    public static void Map(RouteGroupBuilder campus) => campus.MapGet("/classes", ListAsync);

    private static async Task<RazorComponentResult> ListAsync(
        Viewer viewer, LearnerClasses classes, StudyStore studies, TimeProvider time, CancellationToken cancellationToken)
    {
        var own = await classes.OfLearnerAsync(viewer.InstitutionId, viewer.LearnerId, cancellationToken);
        var progress = await studies.InCoursesAsync(
            viewer.InstitutionId, viewer.LearnerId, [.. own.Select(c => c.CourseId)], cancellationToken);
        return ClassesPage.Of(new(own, progress, viewer.Today(time)));
    }
}

/// <param name="Studies">By course.</param>
/// <param name="Today">The institution's day.</param>
public sealed record ClassesModel(IReadOnlyList<LearnerClass> Classes, IReadOnlyDictionary<long, CourseStudy> Studies, DateOnly Today);
