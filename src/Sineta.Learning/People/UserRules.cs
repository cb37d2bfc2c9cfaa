using Sineta.Events;

namespace Sineta.Learning.People;

/// <summary>Who can be a user: whom the events' contract can name.</summary>
public static class UserRules
{
    private const string Pointer = "/data/user";

    /// <summary>More characters than the contract takes of anything.</summary>
    private const int TooLong = 1000;

    /// <summary>Every fault, by JSON pointer, and the draft as it will be kept.</summary>
    public static (UserDraft Canonical, IReadOnlyList<Fault> Faults) Check(UserDraft draft)
    {
        List<Fault> faults = [];
        if (!Cpf.IsValid(draft.Cpf))
            faults.Add(new("/cpf", "Must be a CPF with the right check digits, such as 529.982.247-25."));
        if (string.IsNullOrWhiteSpace(draft.Name))
            faults.Add(new("/name", "Must be given."));
        if (!Words.TryParse<Role>(draft.Role, out _))
            faults.Add(new("/role", Words.FaultOf<Role>()));
        var canonical = draft with
        {
            Name = draft.Name?.Trim(),
            Email = draft.Email?.Trim(),
            Cpf = Cpf.IsValid(draft.Cpf) ? Cpf.Format(draft.Cpf!) : Cpf.Masked,
            Nickname = string.IsNullOrWhiteSpace(draft.Nickname) ? null : draft.Nickname.Trim(),
            Uuid = draft.Uuid?.ToLowerInvariant(),
        };
        faults.AddRange(FaultsInEvents(canonical).Where(contract => faults.All(f => f.Pointer != contract.Pointer)));
        return (canonical, faults);
    }

    // The contract itself is asked, so that no registered user can ever break it.
    private static IEnumerable<Fault> FaultsInEvents(UserDraft draft)
    {
        var learner = new LearnerIdentity(
            Id: 1, Clip(draft.Name) ?? "", Clip(draft.Email) ?? "", draft.Cpf!, Clip(draft.Nickname), Clip(draft.Uuid));
        var enrollment = new CourseEnrollment(
            new InstitutionRef(1), new CourseRef(1, "-"), new EnrollmentSnapshot(1, null, 1, Actived: true, Status: true), learner);
        return EventReader.Prove(enrollment) is EventReading.Refused refused
            ? refused.Faults.Select(f => new Fault(f.Pointer[Pointer.Length..], f.Message)) : [];
    }

    // So that what is too long for an event as a whole is refused by its own field.
    private static string? Clip(string? text) => text?.Length > TooLong ? text[..TooLong] : text;
}
