using Sineta.Delivery.Institutions;
using Sineta.Events;
using Sineta.Learning.Catalog;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Storage;

namespace Sineta.Learning.Classes;

using Invited = Change<IReadOnlyList<InvitedStudent>>;

/// <summary>Invites students to a class, which enrols them at that moment (R2).</summary>
public sealed class InviteStudents(CampusTransactions campus)
{
    /// <summary>
    /// Invites all of them, or none. Whoever is not enrolled is, with an event each; whoever is joins the class, and may study for the longer of the
    /// two times, without an event. Inviting twice is inviting once.
    /// </summary>
    /// <param name="userIds">1 to 1,000, each once.</param>
    /// <returns>The students in the order given.</returns>
    public Task<Invited> RunAsync(
        Institution institution, long classId, IReadOnlyList<long> userIds, CancellationToken cancellationToken) =>
        campus.RunAsync(institution, transaction => RunAsync(transaction, classId, userIds, cancellationToken), cancellationToken);

    private static async Task<Invited> RunAsync(
        CampusTransaction transaction, long classId, IReadOnlyList<long> userIds, CancellationToken cancellationToken)
    {
        if (await ClassStore.FindAsync(transaction, classId, cancellationToken) is not { } found)
            return Unknown(classId);
        if (ClassRules.FaultsOf(userIds) is { Count: > 0 } impossible)
            return new Invited.Refused(impossible);
        await transaction.LockCourseForStudyAsync(found.CourseId, cancellationToken);
        if (await ClassStore.LockToInviteAsync(transaction, classId, cancellationToken) is not { } present)
            return Unknown(classId);
        if (present.IsOverOn(transaction.Today))
            return new Invited.Impossible($"The class ended on {present.EndsOn:yyyy-MM-dd}: nobody can be invited to it.");
        var users = await ClassStore.LockUsersAsync(transaction, userIds, cancellationToken);
        Fault[] faults =
        [
            .. from user in userIds.Index()
               where !users.Contains(user.Item)
               select new Fault($"/user_ids/{user.Index}", "Is no user of the institution."),
        ];
        if (faults.Length > 0)
            return new Invited.Refused(faults);

        var invited = new Dictionary<long, InvitedStudent>();
        foreach (var userId in userIds.Order())
        {
            switch (await EnsureEnrollment.EnsureAsync(transaction, RequestFor(present, userId), cancellationToken))
            {
                case Change<EnsuredEnrollment>.Made({ } ensured):
                    invited.Add(userId, new InvitedStudent(userId, ensured.Enrollment.Id, ensured.IsNew));
                    break;
                case Change<EnsuredEnrollment>.Impossible(var sentence):
                    return new Invited.Impossible(sentence);
                case var other:
                    throw new InvalidOperationException($"A student whose place in the class was proven was {other}.");
            }
        }

        await ClassStore.PutStudentsAsync(transaction, classId, [.. invited.Values], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Invited.Made([.. userIds.Select(id => invited[id])]);
    }

    private static EnrollmentRequest RequestFor(CourseClass present, long userId) => new(userId, present.CourseId, EnrollmentSource.ClassInvite)
    {
        ClassId = present.Id,
        StartsOn = present.StartsOn,
        DateExpire = present.EndsOn,
    };

    private static Invited.Unknown Unknown(long classId) => new($"There is no class {classId}.");
}
