# How a room is built: every .cpp in src/<room>/ becomes a static library, with warnings as errors.

add_library(jobflip_build INTERFACE)
target_compile_options(jobflip_build INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
# GCC 12 reports overlapping copies in `"text" + std::string` that don't exist (GCC bug 105651).
target_compile_options(jobflip_build INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# The library's assertions stay on in every build but release; JF_CHECK is on in all of them.
target_compile_definitions(jobflip_build INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
target_include_directories(jobflip_build INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_include_directories(jobflip_build SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
if(JOBFLIP_SANITIZE)
  # -O1 -g1 takes half the time of a plain debug build, and the stacks still have line numbers. A
  # finding of UBSan ends the process: a line in the log of a passing test would go unnoticed.
  add_compile_options(-fsanitize=${JOBFLIP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
  # GCC 12 reports uninitialised variants that don't exist, in the sanitizer's own checks.
  target_compile_options(jobflip_build INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_link_options(-fsanitize=${JOBFLIP_SANITIZE})
  if(JOBFLIP_SANITIZE MATCHES "thread")
    target_compile_options(jobflip_build INTERFACE -Wno-tsan)
  endif()
endif()

if(JOBFLIP_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link -include ${CMAKE_SOURCE_DIR}/.ci/clang14.hpp)
  # GCC's warnings are the ones that count.
  target_compile_options(jobflip_build INTERFACE -Wno-error)
endif()

function(jobflip_room room)
  cmake_parse_arguments(ARG "" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${room}/*.cpp)
  list(TRANSFORM ARG_USES PREPEND jobflip_)
  if(sources)
    add_library(jobflip_${room} STATIC ${sources})
    target_include_directories(jobflip_${room} PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(jobflip_${room} PUBLIC ${ARG_USES} PRIVATE jobflip_build ${ARG_LINKS})
    target_include_directories(jobflip_${room} INTERFACE ${CMAKE_SOURCE_DIR}/include)
    if(JOBFLIP_LARGE_PIECES)
      set_target_properties(jobflip_${room} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    endif()
  else()
    add_library(jobflip_${room} INTERFACE)
    target_link_libraries(jobflip_${room} INTERFACE ${ARG_USES})
    target_include_directories(jobflip_${room} INTERFACE ${CMAKE_SOURCE_DIR}/include)
  endif()
endfunction()

# Turns the .sql files of a room into one generated table of (name, text): see
# cmake/embed_sql.cmake.
function(jobflip_embed_sql room)
  file(GLOB_RECURSE sql CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${room}/sql/*.sql)
  set(out ${CMAKE_BINARY_DIR}/generated/${room}_sql.cpp)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR}/src/${room}/sql -DOUT=${out} -DROOM=${room}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_sql.cmake
    DEPENDS ${sql} ${CMAKE_SOURCE_DIR}/cmake/embed_sql.cmake
            ${CMAKE_SOURCE_DIR}/cmake/raw_pieces.cmake
    VERBATIM)
  target_sources(jobflip_${room} PRIVATE ${out})
  # scripts/mutants compiles it with a mistake in place of the object that is linked otherwise
  set_source_files_properties(${out} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# What a post-mortem contains beside its text, as one generated file: see cmake/embed_files.cmake.
function(jobflip_embed_page)
  set(root ${CMAKE_SOURCE_DIR}/src/report/assets)
  set(out ${CMAKE_BINARY_DIR}/generated/report_assets.cpp)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DROOT=${root} -DCHART_JS=${JOBFLIP_CHART_JS} -DOUT=${out}
            -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
    DEPENDS ${root}/postmortem.js ${root}/postmortem.css ${JOBFLIP_CHART_JS}
            ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake ${CMAKE_SOURCE_DIR}/cmake/raw_pieces.cmake
    VERBATIM)
  target_sources(jobflip_report PRIVATE ${out})
endfunction()
