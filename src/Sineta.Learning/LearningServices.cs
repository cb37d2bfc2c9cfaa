using Microsoft.Extensions.DependencyInjection;
using Sineta.Delivery.Storage;
using Sineta.Learning.Catalog;
using Sineta.Learning.Certificates;
using Sineta.Learning.Classes;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Imports;
using Sineta.Learning.People;
using Sineta.Learning.Progress;
using Sineta.Learning.Reports;
using Sineta.Learning.Storage;
using Sineta.Learning.Trails;

namespace Sineta.Learning;

/// <summary>Puts learning together.</summary>
public static class LearningServices
{
    /// <summary>Adds learning to a host that has delivery.</summary>
    public static IServiceCollection AddSinetaLearning(this IServiceCollection services)
    {
        services.AddSingleton(new MigrationSource(typeof(LearningServices).Assembly));
        services.AddSingleton<CampusTransactions>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<UserAccounts>();
        services.AddSingleton<SchoolStore>();
        services.AddSingleton<CourseStore>();
        services.AddSingleton<LessonStore>();
        services.AddSingleton<ContentStore>();
        services.AddSingleton<QuestionStore>();
        services.AddSingleton<CertificateTemplateStore>();
        services.AddSingleton<FileStore>();
        services.AddSingleton<FileSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<FileSweep>());
        services.AddSingleton<CourseCatalog>();
        services.AddSingleton<EnrollmentStore>();
        services.AddSingleton<EnsureEnrollment>();
        services.AddSingleton<EnrollmentLifecycle>();
        services.AddSingleton<ExpirySweep>();
        services.AddHostedService(provider => provider.GetRequiredService<ExpirySweep>());
        services.AddSingleton<TrailStore>();
        services.AddSingleton<TrailEditing>();
        services.AddSingleton<TrailProgress>();
        services.AddSingleton<TrailChoices>();
        services.AddSingleton<JoinTrail>();
        services.AddSingleton<CompletionStore>();
        services.AddSingleton<CompleteContent>();
        services.AddSingleton<StartContent>();
        services.AddSingleton<ResetCompletion>();
        services.AddSingleton<CourseEditing>();
        services.AddSingleton<EnrollmentRoster>();
        services.AddSingleton<ClassStore>();
        services.AddSingleton<ClassEditing>();
        services.AddSingleton<InviteStudents>();
        services.AddSingleton<CertificateStore>();
        services.AddSingleton<ViewCertificate>();
        services.AddSingleton<CertificateLifecycle>();
        services.AddSingleton<StudyStore>();
        services.AddSingleton<MediaPlays>();
        services.AddSingleton<LearnerClasses>();
        services.AddSingleton<CampusOverview>();
        services.AddSingleton<CampusFigures>();
        services.AddHostedService(provider => provider.GetRequiredService<CampusFigures>());
        services.AddSingleton<ProgressReport>();
        services.AddSingleton<CompletionReport>();
        services.AddSingleton<ImportStore>();
        services.AddSingleton<ImportIntake>();
        services.AddSingleton<Importer>();
        services.AddHostedService(provider => provider.GetRequiredService<Importer>());
        return services;
    }
}
