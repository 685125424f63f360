#include "base/helper_command.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace helper_command_test {

using namespace rookery;

namespace fs = std::filesystem;

namespace {

/// A folder with a program in it.
class Programs {
 public:
    Programs() {
        std::string name = (fs::temp_directory_path() / "rookery-helper-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
    }

    ~Programs() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;

    [[nodiscard]] fs::path file(const std::string& name) const { return folder_ / name; }

    [[nodiscard]] fs::path write(const std::string& script, mode_t mode = 0755) const {
        const auto path = file("program");
        std::ofstream(path, std::ios::trunc) << "#!/bin/sh\n" << script;
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        return path;
    }

 private:
    fs::path folder_;
};

HelperCommand started(const fs::path& program, std::chrono::milliseconds time_max) {
    auto command = HelperCommand::start({program, time_max});
    REQUIRE(command);
    return std::move(*command);
}

constexpr std::chrono::milliseconds plenty{30'000};

}  // namespace

TEST_CASE(
    "a helper's program gets one argument and its input, and what it prints comes back", "[base]"
) {
    const Programs programs;
    auto command = started(
        programs.write("printf '%s %s ' \"$#\" \"$1\"; cat; env | grep -vc "
                       "'^PATH=\\|^PWD=\\|^_=\\|^SHLVL='; true\n"),
        plenty
    );
    for (const std::string& input :
         {std::string("one\n"), std::string(HelperCommand::bytes_max - 20, 'x')}) {
        const auto said = command.run("write", input);
        if (!said) FAIL(said.error().message);
        CHECK(*said == "1 write " + input + "0\n");
    }
    CHECK(
        command.run("write", std::string(HelperCommand::bytes_max + 1, 'x')).error().code ==
        Errc::too_large
    );
}

TEST_CASE(
    "a helper's program that fails, is silent for too long or talks too much is an error each",
    "[base]"
) {
    const Programs programs;
    const auto why = [&](const std::string& script, std::chrono::milliseconds time_max) {
        auto command = started(programs.write(script), time_max);
        const auto said = command.run("read", {});
        REQUIRE_FALSE(said);
        CHECK(said.error().code == Errc::io);
        return said.error().message;
    };
    CHECK(why("exit 3\n", plenty).find("ended with an error") != std::string::npos);
    CHECK(
        why("sleep 600 & sleep 600\n", std::chrono::milliseconds{200}).find("took too long") !=
        std::string::npos
    );
    CHECK(
        why("exec >&-; sleep 600\n", std::chrono::milliseconds{200}).find("took too long") !=
        std::string::npos
    );
    CHECK(why("yes\n", plenty).find("printed too much") != std::string::npos);
}

TEST_CASE("a helper goes on after its program failed", "[base]") {
    const Programs programs;
    auto command = started(
        programs.write("test -e " + programs.file("there").string() + " && echo well\n"), plenty
    );
    CHECK_FALSE(command.run("read", {}));
    std::ofstream(programs.file("there")) << "";
    const auto said = command.run("read", {});
    REQUIRE(said);
    CHECK(*said == "well\n");
    fs::remove(programs.file("program"));
    const auto gone = command.run("read", {});
    REQUIRE_FALSE(gone);
    CHECK(gone.error().message.find("could not be started") != std::string::npos);
}

TEST_CASE("a program that others could exchange is not run", "[base]") {
    const Programs programs;
    CHECK(HelperCommand::start({programs.file("none")}).error().code == Errc::not_found);
    CHECK(HelperCommand::start({"program"}).error().code == Errc::usage);
    for (const mode_t mode : {mode_t{0775}, mode_t{0757}, mode_t{0600}}) {
        const auto program = programs.write("exit 0\n", mode);
        // root may execute nothing that nobody may.
        CHECK(HelperCommand::start({program}).error().code == Errc::bad_permissions);
    }
    const auto program = programs.write("exit 0\n");
    fs::create_symlink(program, programs.file("link"));
    CHECK(HelperCommand::start({programs.file("link")}).error().code == Errc::bad_permissions);
    CHECK(HelperCommand::start({programs.file("")}).error().code == Errc::bad_permissions);
}

}  // namespace helper_command_test
