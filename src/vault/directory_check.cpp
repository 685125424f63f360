#include "vault/directory_check.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;
using Kind = audit::FindingKind;

constexpr std::string_view replacing = ".new";  // see replace_file

enum class Where : std::uint8_t { top, store, tls, tokens };

struct Name {
    Where where;
    std::string_view name;
    bool folder = false;
    bool development = false;
};

/// docs/formats/data-directory.md says what each of them is.
constexpr std::array names{
    Name{Where::top, "LOCK"},
    Name{Where::top, "vault"},
    Name{Where::top, "slots"},
    Name{Where::top, "keyring"},
    Name{Where::top, "log.vkey"},
    Name{Where::top, "anchor"},
    Name{Where::top, "anchor.new"},  // once a second for a moment, while a vault is open
    Name{Where::top, "reserve"},
    Name{Where::top, "store", true},
    Name{Where::top, "tls", true},
    Name{Where::top, "development.key", false, true},
    Name{Where::top, "development.json", false, true},
    Name{Where::top, "tokens", true, true},
    Name{Where::tls, "ca.pem"},
    Name{Where::tls, "ca.key"},
    Name{Where::tls, "server.pem"},
    Name{Where::tls, "server.key"},
    Name{Where::store, "CURRENT"},
    Name{Where::store, "IDENTITY"},
    Name{Where::store, "LOCK"},
};

bool is_number(std::string_view text) {
    return text.size() >= 6 && text.size() <= 12 &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Files that the engine numbers.
bool is_numbered(std::string_view name) {
    for (const std::string_view start : {"MANIFEST-", "OPTIONS-"}) {
        if (name.starts_with(start)) return is_number(name.substr(start.size()));
    }
    for (const std::string_view end : {".sst", ".log"}) {
        if (name.ends_with(end)) return is_number(name.substr(0, name.size() - end.size()));
    }
    return false;
}

}  // namespace

bool is_store_file(std::string_view name) {
    return name == "CURRENT" || name == "IDENTITY" || is_numbered(name);
}

namespace {

const Name* known(Where where, std::string_view name, VaultKind kind) {
    const auto found = std::ranges::find_if(names, [&](const Name& one) {
        return one.where == where && one.name == name &&
               (!one.development || kind == VaultKind::development);
    });
    return found == names.end() ? nullptr : &*found;
}

class Walk {
 public:
    Walk(VaultKind kind, StoreReport& report) : kind_(kind), report_(report) {}

    Result<void> folder(const fs::path& path, const std::string& shown, Where where) {
        std::error_code error;
        for (fs::directory_iterator at(path, error), end; !error && at != end;
             at.increment(error)) {
            ROOKERY_CHECK(file(*at, shown, where));
        }
        if (error) return fail(Errc::io, "cannot list " + path.string() + ": " + error.message());
        return {};
    }

 private:
    Result<void> file(const fs::directory_entry& entry, const std::string& shown, Where where) {
        const auto name = entry.path().filename().string();
        const auto place = shown + name;
        std::error_code error;
        const auto status = entry.symlink_status(error);
        if (status.type() == fs::file_type::not_found)
            return {};  // the engine has merged it meanwhile
        const auto* is = known(where, name, kind_);
        const bool numbered = where == Where::store && is_numbered(name);
        const bool token =
            where == Where::tokens && (name.ends_with(".token") || name.ends_with(".header"));
        const bool folder = is != nullptr && is->folder;
        if ((is != nullptr || numbered || token) && fs::is_symlink(status)) {
            report_.find(Kind::linked, place, "it is a symbolic link");
            return {};
        }
        if (folder && fs::is_directory(status)) return descend(entry.path(), place + "/", name);
        if ((is != nullptr && !folder) || numbered || token) {
            if (!fs::is_regular_file(status)) {
                report_.find(Kind::stray, place, "it is not a regular file");
            }
            return {};
        }
        // A file system of its own has that one; only root can remove it.
        if (where == Where::top && name == "lost+found" && fs::is_directory(status)) return {};
        const auto base = std::string_view(name);
        const bool cut_off = base.ends_with(replacing) &&
                             known(where, base.substr(0, base.size() - replacing.size()), kind_);
        report_.find(
            cut_off ? Kind::interrupted : Kind::stray,
            place,
            cut_off ? "the file was never put in its place" : "no file of a vault has this name"
        );
        return {};
    }

    Result<void> descend(const fs::path& path, const std::string& shown, std::string_view name) {
        if (name == "store") return folder(path, shown, Where::store);
        return folder(path, shown, name == "tls" ? Where::tls : Where::tokens);
    }

    VaultKind kind_;
    StoreReport& report_;
};

}  // namespace

Result<void> check_directory(const fs::path& data, VaultKind kind, StoreReport& report) {
    return Walk(kind, report).folder(data, {}, Where::top);
}

}  // namespace rookery::messages
