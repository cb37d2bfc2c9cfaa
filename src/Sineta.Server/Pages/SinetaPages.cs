using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Sineta.Server.Pages.Campus;
using Sineta.Server.Pages.Home;
using Sineta.Server.Pages.Inbox;
using Sineta.Server.Pages.Manage;
using Sineta.Server.Pages.Sessions;
using Sineta.Server.Pages.Webhooks;

namespace Sineta.Server.Pages;

/// <summary>The pages for people: the list of their routes begins here.</summary>
public static class SinetaPages
{
    public static void AddSinetaPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddRazorComponents();
        services.AddAntiforgery(static options =>
        {
            options.Cookie = Cookies.Own("sineta.form", CookieSecurePolicy.SameAsRequest);
            options.SuppressXFrameOptionsHeader = true;
        });
        services.Configure<FormOptions>(static options => options.ValueCountLimit = QuizForm.MostFields);
        services.AddDataProtection().SetApplicationName("sineta");
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(static provider => new ConfigureOptions<KeyManagementOptions>(
            options => options.XmlRepository = provider.GetRequiredService<KeyRing>()));
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(Session.Configure);
        services.AddAuthorization();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<Notices>();
        services.AddSingleton<InboxArrivals>();
        if (builder.Environment.IsDevelopment())
        {
            services.AddSingleton<InboxConnection>();
            services.AddHostedService(static provider => provider.GetRequiredService<InboxConnection>());
        }

        services.AddSingleton<Enrolling>();
    }

    /// <summary>Adds the routes, and what stands before them. To be called after the API's: its error answers stand before both.</summary>
    public static void MapSinetaPages(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<PageGuard>();

        SiteFiles.Map(app);
        FilePages.Map(app);
        var pages = app.MapGroup("").ExcludeFromDescription().WithMetadata(new PageRoute(), new FormSize(FormSize.WithoutFiles));
        FrontPages.Map(pages);
        SignInPages.Map(pages);
        PasswordPages.Map(pages);
        PreferencePages.Map(pages);
        InstitutionPages.Map(pages);
        CampusPages.Map(pages);
        ManagePages.Map(pages);
        WebhookPages.Map(pages);
        if (!app.Environment.IsDevelopment())
            return;
        InboxPages.Map(pages);
        InboxPages.MapReceiver(app);
    }
}
