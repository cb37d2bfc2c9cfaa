using Sineta.Delivery.Institutions;
using Sineta.Learning.Catalog;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Classes;

/// <summary>Makes and changes classes, and takes students out of them.</summary>
public sealed class ClassEditing(CampusTransactions campus)
{
    public Task<Change<CourseClass>> CreateAsync(Institution institution, ClassDraft draft, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<CourseClass>>(institution, async transaction =>
        {
            var course = draft.CourseId is { } given ? await ClassStore.IsPublishedAsync(transaction, given, cancellationToken) : null;
            if (ClassRules.Check(draft, course, present: null, transaction.Today) is { Count: > 0 } faults)
                return new Change<CourseClass>.Refused(faults);
            return await MadeAsync(transaction, await ClassStore.InsertAsync(transaction, draft, cancellationToken), cancellationToken);
        }, cancellationToken);

    /// <summary>
    /// Changes a class. Where its days change, enrolments in force follow, and no event tells of it (R3): those that the class made and that have its
    /// days get the new ones; whoever may study for longer than the class keeps that, and whoever may for less gets as long as the class (R2).
    /// </summary>
    /// <param name="change">Makes the new settings of the present ones.</param>
    public Task<Change<CourseClass>> UpdateAsync(
        Institution institution, long id, Func<ClassDraft, ClassDraft> change, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<CourseClass>>(institution, async transaction =>
        {
            if (await ClassStore.FindAsync(transaction, id, cancellationToken) is not { } found)
                return Unknown(id);
            await transaction.LockCourseForStudyAsync(found.CourseId, cancellationToken);
            if (await ClassStore.LockToEditAsync(transaction, id, cancellationToken) is not { } present)
                return Unknown(id);
            var draft = change(ClassDraft.Of(present));
            if (ClassRules.Check(draft, course: null, present, transaction.Today) is { Count: > 0 } faults)
                return new Change<CourseClass>.Refused(faults);
            if (draft.StartsOn != present.StartsOn || draft.EndsOn != present.EndsOn)
            {
                await ClassStore.LockStudentsAsync(transaction, id, cancellationToken);
                await ClassStore.MoveEnrollmentsAsync(transaction, present, draft, cancellationToken);
            }

            await ClassStore.UpdateAsync(transaction, id, draft, cancellationToken);
            return await MadeAsync(transaction, id, cancellationToken);
        }, cancellationToken);

    /// <summary>Deletes a class that has no students.</summary>
    public Task<Change<CourseClass>> DeleteAsync(Institution institution, long id, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<CourseClass>>(institution, async transaction =>
        {
            if (await ClassStore.LockToEditAsync(transaction, id, cancellationToken) is not { } present)
                return Unknown(id);
            if (present.Students > 0)
                return new Change<CourseClass>.Impossible($"The class has students ({present.Students}): take them out of it first.");
            await ClassStore.DeleteAsync(transaction, id, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return new Change<CourseClass>.Made(present);
        }, cancellationToken);

    /// <summary>Takes a student out of a class. The enrolment stays as it is, and is the class's no more.</summary>
    public Task<Change<CourseClass>> RemoveStudentAsync(Institution institution, long id, long userId, CancellationToken cancellationToken) =>
        campus.RunAsync<Change<CourseClass>>(institution, async transaction =>
        {
            if (await ClassStore.LockToInviteAsync(transaction, id, cancellationToken) is not { } found)
                return Unknown(id);
            await ClassStore.LockUsersAsync(transaction, [userId], cancellationToken);
            if (!await ClassStore.RemoveStudentAsync(transaction, id, userId, cancellationToken))
                return new Change<CourseClass>.Unknown($"The class {id} has no student {userId}.");
            await transaction.CommitAsync(cancellationToken);
            return new Change<CourseClass>.Made(found);
        }, cancellationToken);

    private static async Task<Change<CourseClass>> MadeAsync(CampusTransaction transaction, long id, CancellationToken cancellationToken)
    {
        var made = await ClassStore.FindAsync(transaction, id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Change<CourseClass>.Made(made!);
    }

    private static Change<CourseClass>.Unknown Unknown(long id) => new($"There is no class {id}.");
}
